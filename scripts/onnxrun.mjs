// onnxrun.mjs - what onnxruntime computes of an ONNX file.
//
// usage: node onnxrun.mjs MODULES < JOBS
//
// MODULES is a folder that npm has installed onnxruntime-node in.  Every line
// of JOBS is a JSON object {model, rows}: a file, and a CSV of samples, a row
// each.  For each one line is printed: {names, dims, values} of the first
// output, or {error}.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const require = createRequire(process.argv[2] + "/");
const ort = require("onnxruntime-node");

const quiet = {
  logSeverityLevel: 3, intraOpNumThreads: 1, interOpNumThreads: 1,
  graphOptimizationLevel: "all",
};

function shapeOf(session) {
  const about = session.inputMetadata[0];
  return about.shape.slice(1).map(Number);
}

async function run(job) {
  const session = await ort.InferenceSession.create(job.model, quiet);
  const rows = readFileSync(job.rows, "utf8").trim().split("\n");
  const shape = shapeOf(session);
  const batch = session.inputMetadata[0].shape[0];
  const step = typeof batch === "number" ? batch : rows.length;
  const values = [];
  let dims = [];
  for (let i = 0; i < rows.length; i += step) {
    const numbers = rows.slice(i, i + step).join(",").split(",").map(Number);
    const x = new ort.Tensor("float32", Float32Array.from(numbers),
      [step, ...shape]);
    const y = await session.run({ [session.inputNames[0]]: x });
    const first = y[session.outputNames[0]];
    values.push(...Array.from(first.data, Number));
    dims = Array.from(first.dims);
  }
  return {
    names: [session.inputNames[0], session.outputNames[0]], dims, values,
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify(await run(JSON.parse(line))));
  } catch (e) {
    console.log(JSON.stringify({ error: String(e.message) }));
  }
}
