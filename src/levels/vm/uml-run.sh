#!/bin/sh
# Runs one guest in user-mode Linux, from the run directory; the command's streams are the files stdout and stderr
# there. The parameters are the variables VM_* (see uml.ts). Ends as the command in the guest ended.
# vm.result, vm.ctl.in and vm.ctl.out are as in qemu-run.sh.

umask 077
printf 'false - - -%64s\n' '' > vm.result
mkfifo vm.ctl.in vm.ctl.out && mkdir vm.io && : > vm.io/stdout && : > vm.io/stderr || exit 125
# The guest's only serial line. Held here at both ends: what the guest said can be read after it has ended.
exec 3<> vm.ctl.in 4<> vm.ctl.out
# Whoever asks for the end leaves a marker before the word in the pipe, which must exist by then.
if [ -e cancelled ] || [ -e timed-out ]; then exit 143; fi

# hostfs shows a guest all that this process sees: nothing but what the run needs. Root keeps what sharing the
# working folder with its owners and modes takes; everybody else has a name space where he owns all.
if [ "$(id -u)" = 0 ]; then
  set -- --cap-add CAP_CHOWN --cap-add CAP_DAC_OVERRIDE --cap-add CAP_FOWNER --cap-add CAP_FSETID
else
  set -- --unshare-user
fi
for library in /lib /lib64; do [ ! -e $library ] || set -- "$@" --ro-bind $library $library; done
# The guest's memory is one unlinked file in /dev/shm, which is this name space's own: it ends with the process.
(
  umask 0
  exec bwrap --die-with-parent --unshare-pid --unshare-net --unshare-ipc --unshare-uts --unshare-cgroup-try "$@" \
    --ro-bind "$VM_LINUX" /linux --ro-bind "$VM_GUEST" /guest --ro-bind "$VM_IMAGE" /image --ro-bind vm.command /command \
    --proc /proc --dev /dev --size $(((VM_MEMORY + 16) * 1048576)) --perms 1777 --tmpfs /dev/shm --tmpfs /tmp \
    --bind vm.io /io --bind stdout /io/stdout --bind stderr /io/stderr --bind work /work \
    --clearenv --setenv TMPDIR /dev/shm --chdir / \
    /linux "mem=${VM_MEMORY}M" initrd=/guest/initramfs ubd0rc=/image ubd1rc=/command \
    con=null con0=null,fd:1 ssl=null ssl0=fd:3,fd:4 uml_dir=/tmp quiet panic=-1 \
    aloft_engine=uml aloft_share=hostfs $VM_WORDS < /dev/null 2>&1 | tail -c 4096 > vm.log
) &
wait $!

result() { printf '%s %s %s %s' "$@" 1<> vm.result; }
number() { case $1 in '' | *[!0-9]*) echo 0 ;; *) echo "$1" ;; esac; }
engine_failed() {
  result true - - -
  echo "aloft: the virtual machine failed: $1" >&2
  tail -n 20 vm.log >&2
  exit 125
}
echo over >&4
booted=
while read -r word code out err cpu memory oom; do
  case $word in
    ready) booted=1 ;;
    failed) engine_failed "$code $out $err $cpu $memory $oom" ;;
    ended)
      result false "$(number "$oom")" "$(number "$cpu")" "$(number "$memory")"
      exit "$(number "$code")"
      ;;
    over) [ -n "$booted" ] && engine_failed "the guest ended without a word" || engine_failed "the guest did not boot" ;;
  esac
done <&4
