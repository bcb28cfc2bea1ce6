// Large bodies: read for files alone, of known callers alone, so far and so many at once.
#include "server/file_type.hpp"
#include "tests/support/files.hpp"
#include "tests/support/http_house.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <vector>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using server::max_file_bytes;

Valley& valley() {
    static Valley one;
    return one;
}

std::string header(const std::string& path, const std::string& token, const std::string& more) {
    return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token +
           "\r\nContent-Type: image/jpeg\r\n" + more + "\r\n\r\n";
}

std::string announced(std::size_t bytes) { return "Content-Length: " + std::to_string(bytes); }

WebReply answer_to(const std::string& bytes) {
    const WebLine line{valley().house.web().port};
    line.send(bytes);
    return parse_reply(line.receive_until("}"));
}

TEST_CASE("a file of 20 MiB is taken, and one byte more is refused before it is sent") {
    CHECK(send_file(valley().as("producer"), jpeg_text(max_file_bytes)).status == 201);
    const auto refused =
        answer_to(header("/v1/files", valley().tokens["producer"], announced(max_file_bytes + 1)));
    CHECK(refused.status == 413);
    CHECK(refused.json()["code"] == "BODY_TOO_LARGE");
}

TEST_CASE("a file in chunks that never end is refused at 20 MiB") {
    const WebLine line{valley().house.web().port};
    line.send(header("/v1/files", valley().tokens["producer"], "Transfer-Encoding: chunked"));
    const std::string piece = jpeg_text(1024 * 1024);
    for (int i = 0; i < 21; ++i) line.send("100000\r\n" + piece + "\r\n");
    CHECK(parse_reply(line.receive_until("}")).status == 413);
}

TEST_CASE("nothing of a file is read for somebody who is not known") {
    const auto size = announced(max_file_bytes);
    for (const std::string& token : {std::string{}, std::string(43, 'x')}) {
        const auto refused = answer_to(header("/v1/files", token, size));
        CHECK(refused.status == 401);
    }
    const WebLine known{valley().house.web().port};
    known.send(header("/v1/files", valley().tokens["producer"], size + "\r\nExpect: 100-continue"));
    CHECK(known.receive_until("\r\n\r\n").starts_with("HTTP/1.1 100"));
}

TEST_CASE("a body that is packed is refused, of a file and of a form") {
    const auto producer = valley().as("producer");
    const std::string photo = jpeg_text(900, 77);
    const std::string form = valley().filing().dump();
    const auto send = [&](const char* path, const std::string& body, const char* coding) {
        return producer.send("POST", path, body,
                             {{"Content-Type", "application/json"}, {"Content-Encoding", coding}});
    };
    for (const char* coding : {"gzip", "x-gzip", "deflate", "br", "zstd", "Identity, gzip"}) {
        INFO(coding);
        for (const auto& [path, body] :
             {std::pair{"/v1/files", photo}, std::pair{"/v1/manifests", form}}) {
            const auto refused = send(path, body, coding);
            CHECK(refused.status == 415);
            CHECK(refused.json()["code"] == "CONTENT_ENCODED");
            CHECK(refused.header("accept-encoding") == "identity");
        }
    }
    CHECK(send("/v1/files", photo, "Identity").status == 201);
    CHECK(send("/v1/manifests", form, "identity").status == 201);
}

TEST_CASE("nothing of a packed body is read, and who may not ask hears that first") {
    const auto packed = [](const char* path, const std::string& token, std::size_t size) {
        return answer_to(header(path, token, announced(size) + "\r\nContent-Encoding: gzip"));
    };
    const std::string& token = valley().tokens["producer"];
    for (const char* path : {"/v1/files", "/v1/manifests"}) {
        INFO(path);
        for (const std::size_t size : {std::size_t{900}, std::size_t{200'000}}) {
            const auto refused = packed(path, token, size);  // not one byte of it was sent
            CHECK(refused.status == 415);
            CHECK(refused.json()["code"] == "CONTENT_ENCODED");
        }
    }
    CHECK(packed("/v1/manifests", std::string(43, 'x'), 900).status == 401);
    CHECK(packed("/v1/nowhere", token, 900).status == 404);
    CHECK(packed("/v1/parties", token, 900).status == 403);
}

TEST_CASE("other addresses take 256 KiB as before") {
    const auto& token = valley().tokens["producer"];
    for (const char* path : {"/v1/manifests", "/v1/files/x", "/nowhere"})
        CHECK(answer_to(header(path, token, announced(256 * 1024 + 1))).status == 413);
    CHECK(answer_to(header("/v1/manifests", token, "Transfer-Encoding: chunked") + "40001\r\n" +
                    std::string(0x40001, ' '))
              .status == 413);
}

TEST_CASE("an organisation has four large files on their way, whatever its tokens") {
    const std::string start = header("/v1/files", valley().tokens["receiver"], announced(400'000));
    const auto sending = [&] {
        auto line = std::make_unique<WebLine>(valley().house.web().port);
        line->send(start + "\xff\xd8\xff");
        return line;
    };
    std::vector<std::unique_ptr<WebLine>> lines;
    for (int i = 0; i < 4; ++i) lines.push_back(sending());
    const auto turned_back = [&] {
        const auto fifth = sending();
        return parse_reply(fifth->receive_until("}"));
    };
    // They are counted when their headers are read; one that came too late is followed by another.
    WebReply busy;
    for (int i = 0; i < 50 && busy.status != 503; ++i) {
        if (i > 0) lines.push_back(sending());
        busy = answer_to(start + jpeg_text(400'000, 900 + static_cast<unsigned>(i)));
    }
    CHECK(busy.status == 503);
    CHECK(busy.json()["code"] == "BUSY");
    const auto minted = expect(
        valley()
            .as("operator")
            .post("/v1/tokens", {{"role", "receiver"}, {"party", valley().party.at("receiver")}}),
        201);
    const Web second = valley().house.web(minted.at("token"));
    CHECK(send_file(second, jpeg_text(400'000, 74)).status == 503);
    CHECK(turned_back().status == 503);
    CHECK(send_file(valley().as("receiver"), jpeg_text(1'000, 71)).status == 201);
    CHECK(send_file(valley().as("carrier"), jpeg_text(400'000, 72)).status == 201);
    lines.clear();
    WebReply taken;
    for (int i = 0; i < 50 && taken.status != 201; ++i)
        taken = send_file(valley().as("receiver"), jpeg_text(400'000, 73));
    CHECK(taken.status == 201);
}

}  // namespace
