// The two endpoints of Grafana that its recipe calls, for whoever logs in with whatever. The argument is
// the time of each call, in milliseconds.
import { createServer } from "node:http";

const latencyMs = Number(process.argv[2]);

const server = createServer((request, response) => {
  request.resume().on("end", () => {
    const [user] = Buffer.from(request.headers.authorization.slice(6), "base64")
      .toString()
      .split(":");
    const body = JSON.stringify(
      request.method === "GET" ? { login: user } : { message: "User password changed" },
    );
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    });
    if (latencyMs > 0) setTimeout(() => response.end(body), latencyMs);
    else response.end(body);
  });
});
server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ msg: "rotator ready", port: server.address().port }));
});
