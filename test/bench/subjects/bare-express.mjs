// The least that an Express 5 endpoint with JSON in and out can do.
import express from "express";

const app = express();
app.use(express.json());
app.post("/rotate", (request, response) => {
  response.json({ payload: request.body.payload });
});
const server = app.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ msg: "rotator ready", port: server.address().port }));
});
