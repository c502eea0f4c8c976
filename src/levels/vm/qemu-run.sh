#!/bin/sh
# Runs one guest in QEMU, from the run directory, with the run's streams as its own. Written for any POSIX sh; the
# parameters are the variables VM_* (see qemu.ts). Ends as the command in the guest ended.
#
# vm.result   ENGINE_FAILED OOM_KILLS CPU_MS MEMORY_BYTES, `-` where unknown. There from the start, so that a
#             full disk cannot keep it from being told.
# vm.ctl.in   pipe to the guest's init, vm.ctl.out  pipe from it, see init.sh
# vm.out, vm.err  pipes with the command's streams: QEMU would retry for ever on a full disk, `cat` fails

umask 077
printf 'false - - -%64s\n' '' > vm.result
mkfifo vm.ctl.in vm.ctl.out vm.out vm.err || exit 125
# Both ends held here, so that nobody waits in open(); what is read ends when QEMU has ended and 3 to 6 are closed.
exec 3<> vm.ctl.in 4<> vm.ctl.out 5<> vm.out 6<> vm.err
exec 7< vm.ctl.out 8< vm.out 9< vm.err
# Whoever asks for the end leaves a marker before the word in the pipe, which must exist by then.
if [ -e cancelled ] || [ -e timed-out ]; then exit 143; fi

result() { printf '%s %s %s %s' "$@" 1<> vm.result; }
engine_failed() {
  result true - - -
  echo "aloft: the virtual machine failed: $1" >&2
  tail -n 20 vm.log vm.console >&2 2> /dev/null
}

share=copy
for daemon in $VM_VIRTIOFSD; do
  [ -x "$daemon" ] || continue
  # virtiofsd keeps a lock named after this path in /run: it must be unique on the machine, and short as all sockets.
  socket=vm.$VM_ID.$$.sock
  "$daemon" --socket-path="$socket" -o source="$PWD/work" -o sandbox="namespace" -o log_level=err >> vm.log 2>&1 \
    3>&- 4>&- 5>&- 6>&- 7<&- 8<&- 9<&- &
  daemon=$!
  until [ -S "$socket" ]; do
    read -r _ _ state _ < /proc/$daemon/stat && [ "$state" != Z ] || break
    sleep 0.005
  done
  # The lock's file goes at once: whoever kills this script leaves nothing in /run.
  if [ -S "$socket" ]; then share=virtiofs; rm -f "/run/virtiofsd/$socket.pid"; break; fi
done

memory=$VM_MEMORY
set -- -machine q35,usb=off,vmport=off,smbus=off,sata=off,hpet=off -m "$memory"
if [ $share = virtiofs ]; then
  set -- "$@" -object "memory-backend-memfd,id=ram,size=${memory}M,share=on" -machine memory-backend=ram \
    -chardev "socket,id=fs,path=$socket" -device vhost-user-fs-pci,chardev=fs,tag=work,queue-size=1024
else
  tar -c -f vm.in.tar -C work . && truncate -s "$VM_DISK" vm.out.tar || { engine_failed "no room for a copy of the working folder"; exit 125; }
fi
case $VM_ACCEL in
  kvm) set -- "$@" -accel kvm -cpu host ;;
  *) set -- "$@" -accel tcg,thread=multi,tb-size=128 -cpu max ;;
esac
# No locks: an image is never written, and user-mode Linux locks what it reads; the others are this run's alone.
drive() { # NAME FILE READONLY
  printf 'driver=raw,node-name=%s,read-only=%s,file.driver=file,file.locking=off,file.filename=%s' "$1" "$3" "$(printf %s "$2" | sed 's/,/,,/g')"
}
set -- "$@" -blockdev "$(drive image "$VM_IMAGE" on)" -device virtio-blk-pci,drive=image \
  -blockdev "$(drive command vm.command on)" -device virtio-blk-pci,drive=command
[ $share = virtiofs ] || set -- "$@" -blockdev "$(drive in vm.in.tar on)" -device virtio-blk-pci,drive=in \
  -blockdev "$(drive out vm.out.tar off)" -device virtio-blk-pci,drive=out
run=
if [ "$VM_NETWORK" = nat ]; then
  # In a network of the run's own: QEMU's user-mode network alone shows a guest what listens on the host's loopback.
  set -- "$@" -netdev user,id=net,ipv6=off,net=10.0.3.0/24 -device virtio-net-pci,netdev=net,romfile=
  [ "$(id -u)" = 0 ] || run=--map-root-user
  run="unshare $run --net sh vm.net.sh"
  echo ': > vm.net; exec "$@"' > vm.net.sh
fi

$run qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot -smp "$VM_CPUS" "$@" \
  -sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny \
  -kernel "$VM_GUEST/kernel" -initrd "$VM_GUEST/initramfs" \
  -append "console=ttyS0 quiet panic=-1 tsc=reliable no_timer_check aloft_engine=qemu aloft_share=$share $VM_WORDS" \
  -serial file:vm.console \
  -device virtio-serial-pci,max_ports=4 \
  -chardev pipe,id=ctl,path=vm.ctl -device virtserialport,chardev=ctl,nr=1 \
  -chardev file,id=out,path=vm.out -device virtserialport,chardev=out,nr=2 \
  -chardev file,id=err,path=vm.err -device virtserialport,chardev=err,nr=3 \
  < /dev/null >> vm.log 2>&1 3>&- 4>&- 5>&- 6>&- 7<&- 8<&- 9<&- &
qemu=$!
if [ "$VM_NETWORK" = nat ]; then
  until [ -e vm.net ] || ! [ -e /proc/$qemu/ns/net ]; do sleep 0.005; done
  # Until the file is there, the process may still be in the host's network.
  [ ! -e vm.net ] || slirp4netns --configure --mtu=65520 --disable-host-loopback --enable-sandbox $qemu tap0 \
    < /dev/null >> vm.log 2>&1 3>&- 4>&- 5>&- 6>&- 7<&- 8<&- 9<&- &
  slirp=$!
fi

# A full disk: the guest is told to let the command's writes fail; what is on its way is lost.
relay() { exec 5>&- 6>&- 7<&-; cat || { echo full >&4; echo FULL >&3; exec 3>&- 4>&-; cat > /dev/null; }; } 2> /dev/null
relay <&8 8<&- 9<&- &
relay_out=$!
relay <&9 8<&- 9<&- >&2 &
relay_err=$!
exec 8<&- 9<&-

# A guest that does not boot must not hold the run for ever.
(
  exec 3>&- 4>&- 5>&- 6>&- 7<&- > /dev/null 2>&1
  trap 'kill $!; exit' TERM
  sleep "$VM_BOOT_SECONDS" & wait $! && kill -KILL $qemu
) &
watchdog=$!

number() { case $1 in '' | *[!0-9]*) echo 0 ;; *) echo "$1" ;; esac; }
size() { stat -c %s "$1"; }
listen() {
  exec 3>&- 4>&- 5>&- 6>&-
  while read -r word code out err cpu memory oom; do
    case $word in
      ready) kill $watchdog 2> /dev/null; booted=1 ;;
      full) full=1 ;;
      failed) engine_failed "$code $out $err $cpu $memory $oom"; kill -KILL $qemu; exit 125 ;;
      ended)
        while [ -z "$full" ] && { [ "$(size stdout)" -lt "$(number "$out")" ] || [ "$(size stderr)" -lt "$(number "$err")" ]; }; do
          kill -0 $qemu 2> /dev/null || break
          sleep 0.01
        done
        result false "$(number "$oom")" "$(number "$cpu")" "$(number "$memory")"
        kill -KILL $qemu
        exit "$(number "$code")"
        ;;
    esac
  done
  [ -n "$booted" ] && engine_failed "the guest ended without a word" || engine_failed "the guest did not boot"
  exit 125
}
listen <&7 &
listener=$!
exec 7<&-
wait $qemu 2> /dev/null
exec 3>&- 4>&- 5>&- 6>&-
kill $watchdog $slirp 2> /dev/null
# The shell tells on its own standard error, which is the program's, whom a signal ended: slirp4netns here.
{ wait $relay_out $relay_err $slirp; } 2> /dev/null
wait $listener
code=$?
if [ $share = copy ]; then
  if mkdir vm.work && tar -x -p -f vm.out.tar -C vm.work 2>> vm.log; then rm -rf work; mv vm.work work; fi
else
  rm -f "$socket"
fi
exit $code
