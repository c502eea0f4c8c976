#!/bin/busybox sh
# The first program of every guest: builds the root, runs one command in it, reports and ends.
# The same text for QEMU and for user-mode Linux; the kernel hands `aloft_*` words of its command line over as
# variables (nothing secret: a guest's command line is the host's `ps`). The command itself, with its
# environment, is sh text on the second block device.
#
#   aloft_engine  qemu | uml        aloft_share    virtiofs | copy | hostfs
#   aloft_memory  bytes the command may use           aloft_pids   its processes at most, or "max"
#   aloft_network none | nat       aloft_host     host name
#   aloft_probe    1: say `aloft: ready` on the console and end
#
# What it says to the host, one line each: `ready`, `failed MESSAGE`, then
# `ended CODE STDOUT_BYTES STDERR_BYTES CPU_MS MEMORY_BYTES OOM_KILLS`. What it hears: `TERM`, `FULL`.

# The shell starts its applets through /proc/self/exe.
/bin/busybox mount -t proc proc /proc
mount -t devtmpfs dev /dev 2> /dev/null
mount -t sysfs sys /sys

# Modules in the order of their dependencies: NAME [when], where `when` is the network that needs it.
while read -r name network; do
  case $network in '' | "$aloft_network") insmod "/modules/$name" || problem="no module $name" ;; esac
done < /modules/order

if [ -n "$aloft_probe" ]; then
  echo "aloft: ready" > /dev/console
  poweroff -f
fi

case $aloft_engine in
  qemu)
    image=/dev/vda script=/dev/vdb in=/dev/vdc out_disk=/dev/vdd
    # A port appears a moment after its driver. The first number of its name depends on the order of devices.
    tries=0
    until [ -c /dev/vport*p1 ] && [ -c /dev/vport*p2 ] && [ -c /dev/vport*p3 ] || [ $tries = 1000 ]; do
      tries=$((tries + 1)); usleep 5000
    done
    port=$(echo /dev/vport*p1); port=${port%1}
    # Open before /dev moves away. A port can be opened once only, hence one descriptor for both ways.
    exec 3<> "${port}1"
    ;;
  uml)
    image=/dev/ubda script=/dev/ubdb
    exec 3<> /dev/ttyS0
    stty raw -echo <&3
    mount -t hostfs -o /io none /io
    ;;
esac

say() { echo "$*" >&3; }
end() {
  say "$*"
  # QEMU is killed by whoever reads the last line, which is faster than turning the guest off.
  [ "$aloft_engine" = qemu ] && sleep 60
  poweroff -f
}
[ -z "$problem" ] || end failed "$problem"

# The root: the image below, what the command writes in memory, which counts as its memory.
mount -t squashfs -o ro "$image" /image || end failed "the image is not a squashfs that this kernel reads"
mount -t tmpfs -o "size=$aloft_memory,mode=755" tmpfs /upper
mkdir /upper/up /upper/work
mount -t overlay -o lowerdir=/image,upperdir=/upper/up,workdir=/upper/work root /root || end failed "no overlay on the image"
cd /root
mkdir -p dev proc sys tmp work
chmod 1777 tmp
mount --move /sys sys
mount -t proc proc proc
mount --move /dev dev
mkdir -p dev/pts dev/shm dev/.aloft
mount -t devpts -o mode=620,ptmxmode=666 devpts dev/pts
mount -t tmpfs -o mode=1777 shm dev/shm
ln -sfn /proc/self/fd dev/fd
ln -sf /proc/self/fd/0 dev/stdin
ln -sf /proc/self/fd/1 dev/stdout
ln -sf /proc/self/fd/2 dev/stderr
mount --bind /bin dev/.aloft
hostname "$aloft_host"
ip link set lo up
if [ "$aloft_network" = nat ]; then
  # The addresses of QEMU's network, fixed so that nobody waits for DHCP; the name server is slirp4netns's.
  ip address add 10.0.3.15/24 dev eth0 && ip link set eth0 up && ip route add default via 10.0.3.2 || end failed "no network device"
  mkdir -p etc && rm -f etc/resolv.conf && echo nameserver 10.0.2.3 > etc/resolv.conf
fi

case $aloft_share in
  virtiofs) mount -t virtiofs work work || end failed "the working folder is not shared" ;;
  hostfs) mount -t hostfs -o /work none work || end failed "the working folder is not shared" ;;
  copy) mount -t tmpfs work work && tar -x -p -f "root$in" -C work || end failed "the working folder did not arrive" ;;
esac

# Everything of the command is in one control group: its limits, its end and its bill.
group=/root/sys/fs/cgroup/run
mount -t cgroup2 cgroup /root/sys/fs/cgroup
echo +memory +cpu +pids > /root/sys/fs/cgroup/cgroup.subtree_control
mkdir $group
echo "$aloft_memory" > $group/memory.max
echo "$aloft_pids" > $group/pids.max

out=/io/stdout err=/io/stderr
if [ "$aloft_engine" = qemu ]; then
  # Through a pipe, because a port cannot be opened twice and programs do open /dev/stderr. Counted, so that the
  # host knows when it has everything.
  out=/out err=/err
  mkfifo $out $err /counted_out /counted_err
  wc -c < /counted_out > /sent_out & count_out=$!
  wc -c < /counted_err > /sent_err & count_err=$!
  tee "/root${port}2" < $out > /counted_out & relay_out=$!
  tee "/root${port}3" < $err > /counted_err & relay_err=$!
else
  out=/io/stdout err=/io/stderr
fi

while read -r word; do
  case $word in
    TERM)
      : > /asked
      while read -r pid; do kill -TERM "$pid"; done < $group/cgroup.procs
      ;;
    # The host has no room for more: the command's next write fails.
    FULL) kill $relay_out $relay_err ;;
  esac
done <&3 2> /dev/null &
say ready
# In the foreground: the shell lets what it starts in the background ignore interrupts.
(
  echo 0 > $group/cgroup.procs
  exec < /root/dev/null >> $out 2>> $err 3<&-
  # After the pipes are open, which their readers wait for. Joined first, looked then: whoever asks marks first and
  # signals the members then.
  [ ! -e /asked ] || exit 143
  exec chroot /root /dev/.aloft/busybox sh $script
)
code=$?
echo 1 > $group/cgroup.kill
# What is still dying holds the working folder.
while read -r key value < $group/cgroup.events && [ "$value" != 0 ]; do usleep 1000; done
sent_out=0 sent_err=0
if [ "$aloft_engine" = qemu ]; then
  wait $count_out $count_err
  read -r sent_out < /sent_out
  read -r sent_err < /sent_err
fi

while read -r key value; do case $key in usage_usec) cpu=$((value / 1000)) ;; esac; done < $group/cpu.stat
while read -r key value; do case $key in oom_kill) oom=$value ;; esac; done < $group/memory.events
read -r memory < $group/memory.peak
[ "$aloft_share" != copy ] || tar -c -f "root$out_disk" -C work . || end failed "the working folder did not fit its disk"
umount work || end failed "the working folder is still in use"
end ended "$code" "$sent_out" "$sent_err" "${cpu:-0}" "${memory:-0}" "${oom:-0}"
