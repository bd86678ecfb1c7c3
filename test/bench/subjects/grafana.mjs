// The two endpoints of Grafana that its recipe calls, for whoever logs in with whatever.
import { createServer } from "node:http";

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
    response.end(body);
  });
});
server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ msg: "rotator ready", port: server.address().port }));
});
