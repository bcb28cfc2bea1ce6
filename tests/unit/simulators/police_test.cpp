#include "simulators/police.hpp"

#include "simulators/audit.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::simulators;

namespace {

json event(const std::string& alert, int revision, const std::string& what = "raised") {
    return {{"id", alert + "." + std::to_string(revision)},
            {"type", "liuhen.alert." + what + ".v1"},
            {"data",
             {{"alert", alert},
              {"revision", revision},
              {"kind", "ROUTE_DEVIATION"},
              {"plate", "浙KT0001"},
              {"detected_at", "2026-03-01T14:00:00Z"}}}};
}

}  // namespace

TEST_CASE("revisions that come once and in order are no fault") {
    AlertLog log;
    log.take(event("a", 1));
    log.take(event("b", 1));
    log.take(event("a", 2, "amended"));
    log.take(event("a", 3, "withdrawn"));
    CHECK(log.faults().empty());
    CHECK(log.events() == 4);
    CHECK(log.alerts().at("a").type == "withdrawn");
    CHECK(log.alerts().at("b").kind == "ROUTE_DEVIATION");
}

TEST_CASE("a revision that comes twice, or after a gap, is a fault") {
    AlertLog log;
    log.take(event("a", 1));
    log.take(event("a", 1));
    REQUIRE(log.faults().size() == 1);
    CHECK(log.faults()[0].find("told twice") != std::string::npos);
    log.take(event("a", 3, "amended"));
    REQUIRE(log.faults().size() == 2);
    CHECK(log.faults()[1].find("jumps") != std::string::npos);
}

TEST_CASE("what is no alert is a fault and not taken for one") {
    AlertLog log;
    log.take(json::object());
    json renamed = event("a", 1);
    renamed["id"] = "other.1";
    log.take(renamed);
    CHECK(log.faults().size() == 2);
    CHECK(log.alerts().size() == 1);
}

TEST_CASE("times are read out of every feature of a track") {
    const json track = json::parse(R"({"features": [
        {"properties": {"coordTimes": ["2026-03-01T14:00:00Z", "2026-03-01T14:00:10Z"]}},
        {"properties": {"coordTimes": ["2026-03-01T15:00:00Z"]}}]})");
    CHECK(times_in_track(track).size() == 3);
    CHECK_THROWS(times_in_track(json::object()));
}
