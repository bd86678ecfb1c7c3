// The least that node:http with JSON in and out can do.
import { createServer } from "node:http";

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const { payload } = JSON.parse(Buffer.concat(chunks).toString());
    const body = JSON.stringify({ payload });
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  });
});
server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ msg: "rotator ready", port: server.address().port }));
});
