/** Where the init is inside a container: in the container's own `/dev`, so that the image is not changed. */
export const initMount = "/dev/.aloft/busybox";

/**
 * The script of a container's first process. The kernel drops signals that process 1 has no handler for, so the program
 * is its child: it sees signals as at every other level, and what it orphans is reaped. Descriptor 3 is told when the
 * program's process exists. Static busybox prefers its own applets to the image's programs, hence the look-up by hand;
 * `_a` to `_d` are the only names it
 * sets; SHLVL is busybox's own.
 */
const script = `(
echo begun >&3; exec 3>&-
unset SHLVL
_a=$1 _b=$1 _c=$PATH:
case $_a in
*/*) ;;
*)
  _b=
  while [ -n "$_c" ]; do
    _d=\${_c%%:*} _c=\${_c#*:}
    if [ -x "\${_d:-.}/$_a" ] && [ ! -d "\${_d:-.}/$_a" ]; then _b=\${_d:-.}/$_a; break; fi
  done
  [ -n "$_b" ] || { echo "$_a: not found" >&2; exit 127; } ;;
esac
shift
exec -a "$_a" "$_b" "$@"
)
exit $?`;

/** The arguments of process 1 that runs `argv` as its child. */
export function initCommand(argv: readonly string[]): string[] {
  return [initMount, "sh", "-c", script, "init", ...argv];
}
