#include "server/history/digest.hpp"
#include "server/history/record.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace liuhen;
using namespace liuhen::server::history;

namespace {

Happening submitted() {
    return {.manifest = "019abcde-0000-7000-8000-000000000001",
            .version = 2,
            .transition = "T03",
            .event = "submit",
            .role = "producer",
            .party = "5d9f3c1e-1111-4222-8333-444455556666",
            .delegate = {},
            .token = "77777777-1111-4222-8333-444455556666",
            .person = "王军",
            .origin = "192.0.2.7",
            .at = *parse_iso("2026-11-22T05:00:00.125Z"),
            .recorded_at = *parse_iso("2026-11-22T05:00:01Z"),
            .chained_at = {},
            .request = R"({ "b": 1, "a": [true, null] })",
            .document = R"({"id":"019abcde-0000-7000-8000-000000000001","version":2})"};
}

}  // namespace

TEST_CASE("both digests agree with the published vectors of abc") {
    const auto digests = digests_of({"a", "bc"});
    CHECK(hex(digests.sha256) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hex(digests.sm3) == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
}

TEST_CASE("a link hashes the one before and then the record") {
    const auto first = chained(before_the_first, "one");
    const auto second = chained(first, "two");
    CHECK(first.sha256 == digests_of({std::string(32, '\0'), "one"}).sha256);
    CHECK(second.sha256 == digests_of({bytes_of(first.sha256), "two"}).sha256);
    CHECK(second.sm3 == digests_of({bytes_of(first.sm3), "two"}).sm3);
}

TEST_CASE("a digest is read from 64 lower-case hex digits and nothing else") {
    const auto digest = digests_of({"x"}).sm3;
    CHECK(digest_from_hex(hex(digest)) == digest);
    CHECK_FALSE(digest_from_hex(""));
    CHECK_FALSE(digest_from_hex(std::string(63, 'a')));
    CHECK_FALSE(digest_from_hex(std::string(64, 'A')));
    CHECK_FALSE(digest_from_hex(std::string(64, 'g')));
}

TEST_CASE("the text of a record is sorted, without spaces, and leaves out what says nothing") {
    CHECK(record_text(submitted()) ==
          R"({"at":"2026-11-22T05:00:00.125Z","document":{"id":"019abcde-0000-7000-8000-00000000)"
          R"(0001","version":2},"event":"submit","format":"liuhen-record-1","manifest":"019abcde)"
          R"(-0000-7000-8000-000000000001","origin":"192.0.2.7","party":"5d9f3c1e-1111-4222-8333)"
          R"(-444455556666","person":"王军","recorded_at":"2026-11-22T05:00:01Z","request":{"a":)"
          R"([true,null],"b":1},"role":"producer","token":"77777777-1111-4222-8333-444455556666")"
          R"(,"transition":"T03","version":2})");
}

TEST_CASE("a record written twice is the same text, whatever stands in it") {
    Happening one = submitted();
    one.person = "quote \" backslash \\ line\n\x01 end";
    one.delegate = "88888888-1111-4222-8333-444455556666";
    one.chained_at = "2026-11-22T06:00:00Z";
    const std::string text = record_text(one);
    CHECK(nlohmann::json::parse(text).dump() == text);
    CHECK(text.find('\n') == std::string::npos);
}
