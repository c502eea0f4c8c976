# Reads the displacements of the tip and sets their mean beside Timoshenko's: P L^3 / 3 E I + P L / k G A.
NF == 4 && $1 ~ /^[0-9]+$/ { sum += $4; count++ }
END {
  if (count == 0) { print "no displacements found" > "/dev/stderr"; exit 1 }
  P = 1000; L = 1; side = 0.1; E = 210e9; nu = 0.3
  I = side ^ 4 / 12; A = side ^ 2; G = E / (2 * (1 + nu)); k = 10 * (1 + nu) / (12 + 11 * nu)
  theory = P * L ^ 3 / (3 * E * I) + P * L / (k * G * A)
  solid = -sum / count
  printf "solid elements: %.6f mm\nbeam theory: %.6f mm\nratio: %.4f\n", solid * 1000, theory * 1000, solid / theory
}
