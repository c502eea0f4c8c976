# Writes a CalculiX model: a cantilever of LENGTH x SIDE x SIDE metres, clamped at x = 0, loaded at its tip.
# Elements are C3D8I (8 nodes, incompatible modes): plain C3D8 would lock in bending.
function node(i, j, k) { return 1 + i + (NX + 1) * (j + (NY + 1) * k) }
BEGIN {
  LENGTH = 1; SIDE = 0.1; FORCE = 1000; NX = 40; NY = 4; NZ = 4
  print "*NODE, NSET=ALL"
  for (k = 0; k <= NZ; k++) for (j = 0; j <= NY; j++) for (i = 0; i <= NX; i++)
    printf "%d, %.9g, %.9g, %.9g\n", node(i, j, k), LENGTH * i / NX, SIDE * j / NY, SIDE * k / NZ
  print "*ELEMENT, TYPE=C3D8I, ELSET=BEAM"
  for (k = 0; k < NZ; k++) for (j = 0; j < NY; j++) for (i = 0; i < NX; i++)
    printf "%d, %d, %d, %d, %d, %d, %d, %d, %d\n", ++element,
      node(i, j, k), node(i + 1, j, k), node(i + 1, j + 1, k), node(i, j + 1, k),
      node(i, j, k + 1), node(i + 1, j, k + 1), node(i + 1, j + 1, k + 1), node(i, j + 1, k + 1)
  print "*NSET, NSET=CLAMPED"; for (k = 0; k <= NZ; k++) for (j = 0; j <= NY; j++) print node(0, j, k) ","
  print "*NSET, NSET=TIP"; for (k = 0; k <= NZ; k++) for (j = 0; j <= NY; j++) print node(NX, j, k) ","
  print "*MATERIAL, NAME=STEEL\n*ELASTIC\n210E9, 0.3"
  print "*SOLID SECTION, ELSET=BEAM, MATERIAL=STEEL"
  print "*STEP\n*STATIC\n*BOUNDARY\nCLAMPED, 1, 3\n*CLOAD"
  # Each node of the tip carries its share: half at an edge, a quarter at a corner.
  for (k = 0; k <= NZ; k++) for (j = 0; j <= NY; j++) {
    share = FORCE / (NY * NZ)
    if (j == 0 || j == NY) share /= 2
    if (k == 0 || k == NZ) share /= 2
    printf "%d, 3, %.9g\n", node(NX, j, k), -share
  }
  print "*NODE PRINT, NSET=TIP\nU\n*NODE FILE\nU\n*END STEP"
}
