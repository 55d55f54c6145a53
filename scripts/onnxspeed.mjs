// onnxspeed.mjs - how fast onnxruntime computes an ONNX file.
//
// usage: node onnxspeed.mjs MODULES MODEL THREADS SECONDS BATCH...
//
// MODULES is a folder that npm has installed onnxruntime-node in; without a
// MODEL it is tried whether that is so.  Prints the median images per second of
// every BATCH as a JSON list.
import { createRequire } from "node:module";

const [modules, model, threads, seconds, ...batches] = process.argv.slice(2);
const ort = createRequire(modules + "/")("onnxruntime-node");

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return (sorted[half] + sorted[sorted.length - 1 - half]) / 2;
}

async function speed(session, batch) {
  const shape = session.inputMetadata[0].shape.slice(1).map(Number);
  const count = shape.reduce((a, b) => a * b, batch);
  const numbers = Float32Array.from({ length: count }, Math.random);
  const x = new ort.Tensor("float32", numbers, [batch, ...shape]);
  const feed = { [session.inputNames[0]]: x };
  const times = [];
  for (let i = 0; i < 3; i++) await session.run(feed);
  const end = performance.now() + 1000 * seconds;
  while (times.length < 4 || performance.now() < end) {
    const begun = performance.now();
    await session.run(feed);
    times.push(performance.now() - begun);
  }
  return 1000 * batch / median(times);
}

if (model) {
  const session = await ort.InferenceSession.create(model, {
    logSeverityLevel: 3, intraOpNumThreads: Number(threads),
    interOpNumThreads: 1, executionMode: "sequential",
    graphOptimizationLevel: "all",
  });
  const found = [];
  for (const batch of batches) found.push(await speed(session, Number(batch)));
  console.log(JSON.stringify(found));
}
