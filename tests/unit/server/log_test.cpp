#include "server/log.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <string>
#include <unistd.h>

using namespace liuhen::server;
using nlohmann::json;

namespace {

// What `write` logs, one parsed line each.
template <class Write>
std::vector<json> lines_of(log::Level least, const Write& write) {
    std::string path = "/tmp/lh-log-XXXXXX";
    ::close(::mkstemp(path.data()));
    log::open(path, least);
    write();
    log::flush();
    std::ifstream in{path};
    std::vector<json> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line));
    log::open("-", log::Level::error);
    ::unlink(path.c_str());
    return lines;
}

}  // namespace

TEST_CASE("a log line is one JSON object with time, level, event and fields") {
    const auto lines = lines_of(log::Level::info, [] {
        log::info("journal.retry", {{"detail", "lost"}, {"pause_ms", 50}, {"share", 0.5}});
    });
    REQUIRE(lines.size() == 1);
    CHECK(lines[0]["event"] == "journal.retry");
    CHECK(lines[0]["level"] == "info");
    CHECK(lines[0]["detail"] == "lost");
    CHECK(lines[0]["pause_ms"] == 50);
    CHECK(lines[0]["share"] == 0.5);
    CHECK(lines[0]["at"].get<std::string>().ends_with("Z"));
}

TEST_CASE("what a device sent cannot break a log line") {
    const std::string nasty = "quote\" back\\slash\nnew\x01 line \xff\xc3( 浙A";
    const auto lines = lines_of(log::Level::info, [&] { log::warn("x", {{"text", nasty}}); });
    REQUIRE(lines.size() == 1);
    CHECK(lines[0]["text"] == "quote\" back\\slash\nnew\x01 line \xEF\xBF\xBD\xEF\xBF\xBD( 浙A");
}

TEST_CASE("lines below the least level are not written, and braces are no format") {
    const auto lines = lines_of(log::Level::warn, [] {
        log::info("quiet");
        log::error("loud", {{"text", "{} {0} %v"}});
    });
    REQUIRE(lines.size() == 1);
    CHECK(lines[0]["event"] == "loud");
    CHECK(lines[0]["text"] == "{} {0} %v");
}

TEST_CASE("a long value is cut, so that a line stays a line") {
    const auto lines = lines_of(log::Level::info, [] {
        log::info("x", {{"text", std::string(100'000, 'a')}});
    });
    REQUIRE(lines.size() == 1);
    CHECK(lines[0]["text"].get<std::string>().size() == 2'000);
}
