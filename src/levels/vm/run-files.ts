/** What `qemu-run.sh` and `uml-run.sh` leave in a run directory. All begin with `jobFiles.enginePrefix`, as does what they make. */
const leftovers =
  "vm.result vm.log vm.console vm.command vm.ctl.in vm.ctl.out vm.out vm.err vm.in.tar vm.out.tar vm.work vm.io vm.net vm.net.sh vm.*.sock";

/**
 * Lines of sh after a guest: its own account of what the command used replaces the host's, which counts the
 * emulator, and nothing but the run's own files stays. No `vm.result`: the start script itself could not run.
 */
export const afterGuest: readonly string[] = [
  "engine_failed=true vm_oom=- vm_cpu=- vm_memory=-",
  "if [ -e vm.result ]; then read -r engine_failed vm_oom vm_cpu vm_memory rest < vm.result; fi",
  '[ "$vm_oom" = - ] || { oom=$((oom + vm_oom)) memory=$vm_memory; }',
  // A guest takes time in which the host did not let it run for its own.
  'if [ "$vm_cpu" != - ] && { [ "$cpu_ms" = null ] || [ "$vm_cpu" -lt "$cpu_ms" ]; }; then cpu_ms=$vm_cpu; fi',
  `for f in vm.*.sock; do rm -f "/run/virtiofsd/$f.pid"; done 2> /dev/null`,
  `rm -rf ${leftovers}`,
];

/** Lines of sh that ask the guest's init to end the command. Opened both ways: that never waits for a reader. */
export const terminateGuest: readonly string[] = ["[ ! -p vm.ctl.in ] || echo TERM 1<> vm.ctl.in"];
