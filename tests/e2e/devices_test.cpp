// Each model of terminal and lock against the real server: what it reports is stored, what it is
// ordered is done, answered and remembered.
#include "tests/support/rig.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <thread>

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using nlohmann::json;
using simulators::Body;
using simulators::Condition;
using simulators::Cover;
using simulators::LockState;

namespace {

/// What the server has of a terminal's reports, ten seconds apart from `first` on.
struct Heard {
    /// Observations of report `n`, counted from 0, that fulfil a condition of SQL.
    [[nodiscard]] long count(int n, const std::string& condition) const {
        return world.database.value<long>(fmt::format(
            "SELECT count(*) FROM observations o JOIN terminals t ON t.key = o.terminal_key"
            " WHERE t.number = '{}' AND o.at = '{}' AND {}",
            terminal, to_iso(first + n * 10s), condition));
    }
    const World& world;
    std::string terminal;
    Instant first;
};

std::string near(LatLon where) {
    return fmt::format("abs(lat - {}) < 50 AND abs(lon - {}) < 50", std::llround(where.lat * 1e7),
                       std::llround(where.lon * 1e7));
}
std::string lock_says(LockAction action) {
    return fmt::format("kind = 2 AND action = {}", static_cast<int>(action));
}
std::string loaded(Load load) {
    return fmt::format("kind = 1 AND load = {}", static_cast<int>(load));
}

/// Full in the first two reports, empty in the third, of the models that can tell.
void check_load(const Heard& heard, const std::string& model) {
    static const std::set<std::string> tell{"standard", "waste-trwy", "sensors-zoomwell"};
    const bool tells = tell.contains(model);
    CHECK((heard.count(0, loaded(Load::full)) == 1) == tells);
    CHECK((heard.count(1, loaded(Load::full)) == 1) == tells);
    CHECK(heard.count(2, loaded(Load::full)) == 0);
}

/// Cover open and body lifted in the second report only: TRWY as bits of the status, E-EYE as the
/// alarm E4, and its dump report E3 once the body is down again.
void check_body(const Heard& heard, const std::string& model) {
    constexpr unsigned both_covers_unsealed = 1U << 22U | 1U << 23U | 1U << 29U;
    const std::string lifted = fmt::format("kind = 1 AND status & {} <> 0", 1U << 30U);
    const std::string uncovered =
        fmt::format("kind = 1 AND status & {0} = {0}", both_covers_unsealed);
    const auto has_item = [](std::string_view bytes) {
        return fmt::format("kind = 1 AND position('\\x{}'::bytea IN raw) > 0", bytes);
    };
    const std::string alarm = has_item("e40400000003"), dumped = has_item("e30d01");
    CHECK(heard.count(1, lifted) == (model == "waste-trwy" ? 1 : 0));
    CHECK(heard.count(1, uncovered) == (model == "waste-trwy" ? 1 : 0));
    CHECK(heard.count(1, alarm) == (model == "waste-eeye" ? 1 : 0));
    CHECK(heard.count(2, dumped) == (model == "waste-eeye" ? 1 : 0));
    for (const int report : {0, 2}) {
        CHECK(heard.count(report, lifted) == 0);
        CHECK(heard.count(report, alarm) == 0);
    }
}

}  // namespace

TEST_CASE("a terminal of every model is heard at the right time, place and load, with its lock") {
    World world{1};
    const auto scenario = fleet_of_all_models();
    const auto fleet = world.enlist(scenario);
    for (const auto& plan : scenario.trucks) {
        INFO(plan.model);
        Rig rig{world, plan};
        const Heard heard{world, plan.terminal, rig.now + 10s};
        rig.report({.load = Load::full, .lock = LockState::shut});
        rig.report({.load = Load::full,
                    .cover = Cover::open,
                    .body = Body::lifted,
                    .lock = LockState::open});
        rig.report({.load = Load::empty, .lock = LockState::shut});
        for (int report = 0; report < 3; ++report) {
            INFO(report);
            CHECK(heard.count(report, "kind = 1") == 1);
            CHECK(heard.count(report, "kind = 1 AND " + near(place(0, 0))) == 1);
        }
        check_load(heard, plan.model);
        check_body(heard, plan.model);
        const bool has_lock = plan.model.starts_with("lock-") && plan.model != "lock-text";
        CHECK((heard.count(1, lock_says(LockAction::unsealed)) > 0) == has_lock);
        CHECK((heard.count(2, lock_says(LockAction::sealed)) > 0) == has_lock);
        CHECK(heard.count(1, lock_says(LockAction::sealed)) == 0);
        CHECK(rig.truck.terminal().tally().refusals == 0);
    }
}

TEST_CASE("orders reach a terminal of each edition and end as it answers") {
    World world{1};
    auto scenario = story(3);
    const std::array<std::string, 3> editions{"2011", "2013", "2019"};
    for (std::size_t i = 0; i < 3; ++i) scenario.trucks[i].edition = editions[i];
    const auto fleet = world.enlist(scenario);
    for (const auto& plan : scenario.trucks) {
        INFO(plan.edition);
        const std::string terminal = fleet.trucks.at(plan.key).terminal;
        Rig rig{world, plan};
        rig.report();
        const auto text = give(world, terminal, {{"kind", "text"}, {"text", "请停车检查 stop"}});
        CHECK(end_of(world, rig, text) == "done");
        CHECK(rig.truck.terminal().obedience().texts() ==
              std::vector<std::string>{"请停车检查 stop"});
        CHECK(end_of(world, rig, give(world, terminal, {{"kind", "locate"}})) == "done");
        const auto setting =
            give(world, terminal,
                 {{"kind", "set_parameters"},
                  {"parameters", json::array({{{"parameter", "0x0029"}, {"value", 15}}})}});
        CHECK(end_of(world, rig, setting) == "done");
        CHECK(rig.truck.terminal().obedience().parameters().at(0x0029).back() == std::byte{15});
        CHECK(end_of(world, rig, give(world, terminal, {{"kind", "query_parameters"}})) == "done");
        rig.truck.terminal().set_temper(simulators::Temper::refuses);
        const auto refused = give(world, terminal, {{"kind", "text"}, {"text", "no"}});
        CHECK(end_of(world, rig, refused) == "refused");
        rig.truck.terminal().set_temper(simulators::Temper::knows_none);
        const auto unknown = give(world, terminal, {{"kind", "text"}, {"text", "no"}});
        CHECK(end_of(world, rig, unknown) == "unsupported");
    }
}

TEST_CASE("an order given while the terminal is away outlives kill -9 and is obeyed once") {
    World world{1};
    const auto scenario = story(1);
    const auto fleet = world.enlist(scenario);
    const auto& plan = scenario.trucks[0];
    const std::string terminal = fleet.trucks.at(plan.key).terminal;
    const auto waiting = give(world, terminal, {{"kind", "text"}, {"text", "later"}});
    CHECK(order_of(world, waiting).at("state") == "queued");
    world.server.kill_9();
    world.server.begin();
    Rig rig{world, plan};
    CHECK(end_of(world, rig, waiting) == "done");
    CHECK(rig.truck.terminal().obedience().texts() == std::vector<std::string>{"later"});
}

TEST_CASE("an order that is cancelled after it was said is not said again") {
    World world{1};
    const auto scenario = story(1);
    const auto fleet = world.enlist(scenario);
    const auto& plan = scenario.trucks[0];
    const std::string id = fleet.trucks.at(plan.key).terminal;
    // A terminal whose answers do not leave once it has logged in.
    simulators::Terminal terminal{plan.terminal,
                                  plan.edition,
                                  plan.plate,
                                  {},
                                  10s,
                                  simulators::Chance{1},
                                  *simulators::find_model(plan.model)};
    Wire wire{world.server.jt808()};
    wire.send(terminal.greet(std::chrono::steady_clock::now()));
    while (terminal.standing() != simulators::Terminal::Standing::talking) {
        terminal.hear(wire.read(50ms));
        wire.send(terminal.due(Instant{}, std::chrono::steady_clock::now()));
    }
    const auto kept = give(world, id, {{"kind", "locate"}});
    const auto dropped = give(world, id, {{"kind", "text"}, {"text", "stop"}});
    const auto& obeyed = terminal.obedience().obeyed();
    const auto times = [&obeyed](std::uint16_t message) {
        return obeyed.contains(message) ? obeyed.at(message) : 0;
    };
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (times(0x8300) == 0 && std::chrono::steady_clock::now() < until)
        terminal.hear(wire.read(50ms));
    REQUIRE(times(0x8300) == 1);
    await(world.api("operator")
              .post("/v1/orders/" + dropped + "/cancel", json::object(), simulators::fresh_key()));
    // The first repetition is due ten seconds after the saying.
    const auto repeated = std::chrono::steady_clock::now() + 14s;
    while (std::chrono::steady_clock::now() < repeated) terminal.hear(wire.read(50ms));
    CHECK(times(0x8201) == 2);
    CHECK(times(0x8300) == 1);
    CHECK(order_of(world, dropped).at("state") == "cancelled");
    CHECK(order_of(world, kept).at("state") == "said");
}

TEST_CASE("a photo that loses parts on the way is asked for again, stored once and served") {
    World world{1};
    const auto scenario = story(1);
    const auto fleet = world.enlist(scenario);
    const auto& plan = scenario.trucks[0];
    Rig rig{world, plan};
    rig.report();
    rig.truck.terminal().lose_parts({3, 9});
    const auto order = give(world, fleet.trucks.at(plan.key).terminal, {{"kind", "photo"}});
    CHECK(end_of(world, rig, order) == "done");
    const auto until = std::chrono::steady_clock::now() + 40s;
    while (rig.truck.terminal().camera().waiting() > 0 && std::chrono::steady_clock::now() < until)
        rig.truck.pump(rig.now, 50ms);
    REQUIRE(rig.truck.terminal().camera().waiting() == 0);
    const auto media =
        await(world.api("regulator")
                  .list("/v1/vehicles/" + fleet.trucks.at(plan.key).vehicle + "/media"));
    REQUIRE(media.size() == 1);
    const auto content = ask_http(
        world.server, {.verb = "GET",
                       .target = "/v1/media/" + media[0].at("id").get<std::string>() + "/content",
                       .token = world.server.endpoints().tokens.at("regulator")});
    CHECK(content.status == 200);
    const auto taken = simulators::picture(1, content.body.size());
    CHECK(std::ranges::equal(std::as_bytes(std::span{content.body}), taken));
}

TEST_CASE("a picture of doors opened on the way goes with the manifest and is 404 to a stranger") {
    World world{1};
    auto scenario = story(1);
    scenario.parties.push_back({"x", "别家 stranger", "producer", "91331100MA2E0BBB0J"});
    scenario.trucks[0].lock.clear();
    const auto fleet = world.enlist(scenario);
    const auto& plan = scenario.trucks[0];
    Rig rig{world, plan};
    auto filing = simulators::file_manifest(fleet, plan, world.server.now());
    const auto manifest = await(std::move(filing));
    rig.report({.load = Load::full});
    await(simulators::sign_load(fleet, plan, manifest));
    await(fleet.drivers.at(plan.key).post("/v1/manifests/" + manifest.id + "/depart",
                                          json::object(), simulators::fresh_key()));
    rig.report({.load = Load::full, .lock = LockState::open});
    rig.truck.terminal().see_doors_opened();
    const auto until = std::chrono::steady_clock::now() + 40s;
    do rig.truck.pump(rig.now, 50ms);
    while (rig.truck.terminal().camera().waiting() > 0 && std::chrono::steady_clock::now() < until);
    REQUIRE(rig.truck.terminal().camera().waiting() == 0);
    const auto media = await(fleet.desks.at("p").list("/v1/manifests/" + manifest.id + "/media"));
    REQUIRE(media.size() == 1);
    CHECK(media[0].at("event_text") == "a door was opened");
    const std::string target = "/v1/media/" + media[0].at("id").get<std::string>();
    CHECK(await(fleet.desks.at("r").get(target)).at("sha256") == media[0].at("sha256"));
    CHECK_THROWS_WITH(await(fleet.desks.at("x").get(target)), Catch::Contains("404"));
    CHECK_THROWS_WITH(await(fleet.desks.at("x").get("/v1/manifests/" + manifest.id + "/media")),
                      Catch::Contains("404"));
}
