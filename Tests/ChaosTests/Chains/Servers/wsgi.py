# Records each request that it reads whole as a line of JSON.
import json


def app(environment, start):
    body = environment["wsgi.input"].read()
    if int(environment.get("CONTENT_LENGTH") or len(body)) != len(body):
        start("400 Bad Request", [("content-length", "0")])
        return []
    target = environment["RAW_URI"]
    seen = {"method": environment["REQUEST_METHOD"], "target": target, "body": body.decode("latin1")}
    with open("seen", "a") as file:
        file.write(json.dumps(seen) + "\n")
    answer = b"seen " + target.encode("latin1")
    start("200 OK", [("content-type", "text/plain"), ("content-length", str(len(answer)))])
    return [answer]
