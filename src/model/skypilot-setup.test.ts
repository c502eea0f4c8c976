import { expect, test } from "vitest";
import { installSteps } from "./skypilot-setup.ts";

test.each<[string, string]>([
  ["pip install numpy", "pip install numpy"],
  [
    "sudo apt-get update && sudo apt-get install -y libgomp1",
    "apt-get update\napt-get install -y libgomp1",
  ],
  [
    'set -e\n# needed\necho "Begin setup."\npython3 -m pip install -U "numpy<2" torch==2.7.1+cu118 \\\n  --index-url https://download.pytorch.org/whl/cu118\n',
    'echo "Begin setup."\npython3 -m pip install -U "numpy<2" torch==2.7.1+cu118 --index-url https://download.pytorch.org/whl/cu118',
  ],
  ["conda install -y scipy; npm install -g yarn", "conda install -y scipy\nnpm install -g yarn"],
  ["pip install ray[default]==2.9.*", "pip install ray[default]==2.9.*"],
])("%j makes an image", (setup, steps) => {
  expect(installSteps(setup)).toBe(steps);
});

test.each([
  "",
  "# nothing",
  "pip install -r requirements.txt",
  "pip install -e .",
  "pip install .",
  "pip install ./wheels/x.whl",
  "pip install $PACKAGE",
  "pip install `cat list`",
  "pip install numpy > log",
  "pip install numpy<2",
  "pip install numpy | tee log",
  "pip install numpy &",
  "pip install 'a b'",
  "apt-get install -y ./local.deb",
  "apt-get remove vim",
  "git clone https://github.com/x/y",
  "conda activate myenv\npip install numpy",
  "export A=1",
  "cd x && pip install numpy",
  "pip install numpy || true",
  "if true; then pip install numpy; fi",
  "pip install --target=/data numpy",
])("%j stays with the run", (setup) => {
  expect(installSteps(setup)).toBeUndefined();
});
