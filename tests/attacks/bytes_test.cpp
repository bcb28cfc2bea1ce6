// Attacks by bytes: documents that are deep, huge or ambiguous, and requests that two readers would
// read as two things. docs/attacks.md has the table of all attacks.
#include "tests/support/http_house.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using liuhen::test::Valley;
using liuhen::test::Web;
using liuhen::test::WebHeaders;
using liuhen::test::WebReply;
using nlohmann::json;

Valley& valley() {
    static Valley one;
    return one;
}

WebReply file(const std::string& body, const WebHeaders& more = {}) {
    return valley().as("producer").send("POST", "/v1/manifests", body, more);
}
std::string code_of(const WebReply& reply) { return reply.json().at("code"); }

TEST_CASE("JSON of ten thousand levels, or of a hundred thousand values, is not built") {
    const auto nested = [](const std::string& open, const std::string& close) {
        std::string text;
        for (int i = 0; i < 10'000; ++i) text += open;
        for (int i = 0; i < 10'000; ++i) text += close;
        return text;
    };
    for (const auto& text : {nested("[", "]"), nested("{\"a\":", "}"), nested("[", ""),
                             "{\"contract_no\":" + nested("[", "]") + "}"}) {
        const auto reply = file(text);
        CHECK(reply.status == 400);
        CHECK(code_of(reply) == "TOO_DEEP");
    }
    std::string many = "[0";
    for (int i = 0; i < 100'000; ++i) many += ",0";
    CHECK(code_of(file(many + "]")) == "TOO_MANY_VALUES");
}

TEST_CASE("numbers beyond what a field holds are refused, never cut or wrapped") {
    const auto with = [](const std::string& number) {
        return file("{\"lines\":[{\"container_count\":" + number + ",\"planned_g\":" + number +
                    "}]}");
    };
    for (const char* number : {"99999999999999999999999999", "18446744073709551617",
                               "-9223372036854775809", "1e300", "2147483648000000", "4294967297",
                               "1.5", "-1", "1e2", "0x10", "NaN", "Infinity", "01", "1e400"}) {
        INFO(number);
        const auto reply = with(number);
        CHECK((reply.status == 422 || reply.status == 400));
    }
    for (const char* weight : {"0.0001", "1e308", "-0.001", "1000001"}) {
        INFO(weight);
        CHECK(file(std::string{"{\"lines\":[{\"planned_kg\":"} + weight + "}]}").status == 422);
    }
    CHECK(with("7").status == 201);
}

TEST_CASE("a document that two readers could read as two is refused") {
    CHECK(code_of(file(R"({"contract_no":"a","contract_no":"b"})")) == "DUPLICATE_KEY");
    CHECK(code_of(file(R"({"lines":[{"name":"a","\u006eame":"b"}]})")) == "DUPLICATE_KEY");
    for (const char* text : {R"({"contract_no":"\ud800"})", R"({"contract_no":"\udc00\ud800"})",
                             R"({"contract_no":"\u0000"})", "{\"contract_no\":\"\xff\"}",
                             "{\"contract_no\":\"\xc0\xaf\"}", "{\"contract_no\":\"\xed\xa0\x80\"}",
                             "\xff\xfe{}", "{\"a\":1}{\"a\":2}", "{\"a\":1} x", "{\"a\":1,}",
                             "{'a':1}", "{\"contract_no\":\"a\nb\"}", "/**/{}"}) {
        INFO(text);
        CHECK(file(text).status == 400);
    }
    CHECK(file(R"({"contract_no":"\ud83d\udea7 \u8054\u5355"})").json()["contract_no"] ==
          "\xf0\x9f\x9a\xa7 联单");
}

TEST_CASE("another kind of content is not read as JSON, nor JSON as a form") {
    for (const char* type :
         {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
          "application/xml", "application/json-seq", "text/json", "application"}) {
        INFO(type);
        CHECK(file("{}", {{"Content-Type", type}}).status == 415);
    }
    CHECK(file("{}", {{"Content-Type", "Application/JSON; charset=utf-8"}}).status == 201);
    CHECK(valley()
              .house.web()
              .send("POST", "/oauth/token", "{}", {{"Content-Type", "application/json"}})
              .status == 415);
}

// One request as these bytes, behind a producer's token, the connection closed after it.
WebReply said(const std::string& headers, const std::string& body,
              const std::string& line = "POST /v1/manifests HTTP/1.1") {
    return valley()
        .as("producer")
        .raw(line +
             "\r\nHost: a\r\nConnection: close\r\nAuthorization: "
             "Bearer " +
             valley().tokens.at("producer") + "\r\nContent-Type: application/json\r\n" + headers +
             "\r\n" + body);
}

TEST_CASE("a body beyond the limit is refused, with its length told or in pieces") {
    const std::string piece(16 * 1024, ' ');
    std::string pieces;
    for (int i = 0; i < 20; ++i) pieces += "4000\r\n" + piece + "\r\n";
    CHECK(said("Transfer-Encoding: chunked\r\n", pieces + "0\r\n\r\n").status == 413);
    CHECK(said("Content-Length: 400000\r\n", std::string(400'000, ' ')).status == 413);
    CHECK(said("Content-Length: 99999999999999999999999\r\n", "{}").status == 400);
    CHECK(said("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\r\n").status == 201);
    CHECK(said("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\n{}\r\n0\r\n\r\n").status ==
          400);
}

TEST_CASE("a request whose end is open to doubt is refused, and what follows it never read") {
    const std::string second = "GET /v1/parties HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " +
                               valley().tokens.at("operator") + "\r\n\r\n";
    const auto answers = [&](const std::string& headers, const std::string& body) {
        const test::WebLine line{valley().house.web().port};
        line.send("POST /v1/manifests HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" +
                  headers + "\r\n" + body + second);
        const std::string all = line.receive_until(std::string{"\0never", 6});
        CHECK(all.find("HTTP/1.1", 1) == std::string::npos);
        return test::parse_reply(all).status;
    };
    CHECK(answers("Content-Length: 2\r\nContent-Length: 0\r\n", "{}") == 400);
    CHECK(answers("Content-Length: 2, 0\r\n", "{}") == 400);
    CHECK(answers("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n") == 400);
    CHECK(answers("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n") == 400);
    CHECK(answers("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n") == 400);
    CHECK(answers("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n") == 400);
    CHECK(answers("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n") ==
          400);
    CHECK(answers("Transfer-Encoding : chunked\r\n", "0\r\n\r\n") == 400);
    CHECK(answers("Content-Length: +2\r\n", "{}") == 400);
    CHECK(answers("Content-Length: 0x2\r\n", "{}") == 400);
    CHECK(answers("X: a\r\n Content-Length: 2\r\n\tb\rc\r\n", "{}") == 400);
    CHECK(answers("Transfer-Encoding: chunked\r\n", "0;\n\n\r\n\r\n") == 400);
}

TEST_CASE("a header that stands twice is not read as one of the two") {
    const std::string mine = valley().tokens.at("other");
    const auto ask = [](const std::string& headers) {
        return valley().house.web().raw("GET /v1/me HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" +
                                        headers + "\r\n");
    };
    CHECK(ask("Authorization: Bearer " + mine + "\r\n").status == 200);
    CHECK(ask("Authorization: Bearer lh_none\r\nAuthorization: Bearer " + mine + "\r\n").status ==
          401);
    CHECK(ask("Authorization: Bearer " + mine + "\r\nAuthorization: Bearer lh_none\r\n").status ==
          401);
    CHECK(said("Content-Length: 2\r\nContent-Type: text/plain\r\n", "{}").status == 415);
    CHECK(said("Content-Length: 2\r\nIdempotency-Key: a\r\nIdempotency-Key: b\r\n", "{}").status ==
          422);
}

TEST_CASE("an address written in a way round the routes is no address") {
    const Web desk = valley().as("operator");
    for (const char* target :
         {"/v1/../v1/parties", "/v1/./parties", "//v1/parties", "/v1/parties/", "/v1//parties",
          "/V1/parties", "/v1/parties;x=1", "/v1/%2e%2e/v1/parties", "/v1/parties%20"}) {
        INFO(target);
        CHECK(desk.get(target).status == 404);
    }
    for (const char* target : {"/v1%2fparties", "/v1/parties%00", "http://a/v1/parties", "*",
                               "/v1/parties?after=a&after=b", "/v1/%ff", "/v1/parties?after=%ff"}) {
        INFO(target);
        CHECK(desk.get(target).status == 400);
    }
}

}  // namespace
