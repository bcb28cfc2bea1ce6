#include "server/driver_cards.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace liuhen;
using namespace liuhen::server;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

const Instant morning = *parse_iso("2026-03-01T00:00:00Z");

json put_in(const std::string& name, const std::string& certificate = "") {
    return {{"state", 1},         {"result", 0},
            {"driver", name},     {"certificate", certificate},
            {"issuer", "Lishui"}, {"valid_until", "20301231"}};
}
const json taken_out{{"state", 2}};

}  // namespace

TEST_CASE("a card counts from its putting in to its taking out") {
    const auto stints =
        stints_of({card_moment(morning, put_in("Wang Jun")), card_moment(morning + 4h, taken_out),
                   card_moment(morning + 5h, put_in("Li Na"))});
    REQUIRE(stints.size() == 2);
    CHECK(stints[0].card.name == "Wang Jun");
    CHECK(stints[0].card.valid_until == "2030-12-31");
    CHECK(stints[0].from == morning);
    CHECK(stints[0].until == morning + 4h);
    CHECK(stints[1].card.name == "Li Na");
    CHECK_FALSE(stints[1].until);
}

TEST_CASE("another card ends the one before, the same card told again goes on") {
    const auto stints = stints_of({card_moment(morning, put_in("Wang Jun")),
                                   card_moment(morning + 1h, put_in("Wang Jun")),
                                   card_moment(morning + 2h, put_in("Li Na"))});
    REQUIRE(stints.size() == 2);
    CHECK(stints[0].until == morning + 2h);
    CHECK(stints_of({card_moment(morning, taken_out)}).empty());
}

TEST_CASE("a card of 2011 tells no state and was put in; one that failed has no name") {
    const auto old = card_moment(morning, {{"driver", "Wang Jun"}, {"certificate", "C-1"}});
    REQUIRE(old.card);
    CHECK(old.card->name == "Wang Jun");
    CHECK(old.card->reading == "read");
    const auto failed = card_moment(morning, {{"state", 1}, {"result", 4}});
    REQUIRE(failed.card);
    CHECK(failed.card->reading == "wrong_checksum");
    CHECK(failed.card->name.empty());
    CHECK(card_moment(morning, {{"state", 1}, {"result", 200}}).card->reading == "not_read");
}

namespace {}  // namespace

TEST_CASE("a certificate is shown whole only to those with need of it") {
    const DriverStint stint{*card_moment(morning, put_in("Wang Jun", "330102199001011234")).card,
                            morning, std::nullopt};
    CHECK(to_json(stint, Certificate::whole)["certificate"] == "330102199001011234");
    const auto masked = to_json(stint, Certificate::masked);
    CHECK(masked["certificate"] == "**************1234");
    CHECK(masked.dump().find("330102") == std::string::npos);
    CHECK(masked["until"].is_null());
}
