# Step response of x'' + 2 zeta x' + x = 1 by the classical Runge-Kutta method; prints its overshoot, and theory's.
function slope(x, v) { return 1 - x - 2 * zeta * v }
BEGIN {
  h = 0.001
  for (t = 0; t < 20; t += h) {
    k1 = v;              l1 = slope(x, v)
    k2 = v + h / 2 * l1; l2 = slope(x + h / 2 * k1, v + h / 2 * l1)
    k3 = v + h / 2 * l2; l3 = slope(x + h / 2 * k2, v + h / 2 * l2)
    k4 = v + h * l3;     l4 = slope(x + h * k3, v + h * l3)
    x += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    v += h / 6 * (l1 + 2 * l2 + 2 * l3 + l4)
    if (x > peak) peak = x
  }
  pi = atan2(0, -1)
  printf "zeta %s overshoot %.6f theory %.6f\n", zeta, peak - 1, exp(-pi * zeta / sqrt(1 - zeta * zeta))
}
