// Each model of terminal and lock against the real server: what it reports is stored, what it is
// ordered is done, answered and remembered.
#include "tests/support/story.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <thread>

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using nlohmann::json;
using simulators::Condition;
using simulators::LockState;

namespace {

Fix fix_at(Instant at, LatLon where) {
    return {.at = at,
            .where = where,
            .speed = from_kmh(30),
            .heading = {90},
            .satellites = 10,
            .odometer = {}};
}

Instant whole_second(Instant at) { return std::chrono::ceil<std::chrono::seconds>(at); }

/// A truck of the story with a terminal of some model, on line.
struct Rig {
    Rig(const World& world, const simulators::TruckPlan& plan)
        : truck{plan.terminal, plan.plate, world.server.jt808(), plan.edition,
                *simulators::find_model(plan.model)} {
        truck.connect();
        now = whole_second(world.server.now());
    }
    /// One report, acknowledged.
    void report(const Condition& condition = {}) {
        now += 10s;
        truck.terminal().record(fix_at(now, place(0, 0)), condition);
        CHECK(truck.is_settled_within(now + 1h, 5s));
    }
    WiredTruck truck;
    Instant now;
};

std::string give(const World& world, const std::string& terminal, json order) {
    const json made = await(world.api("operator")
                                .post("/v1/terminals/" + terminal + "/orders", std::move(order),
                                      simulators::fresh_key()));
    return made.at("id").get<std::string>();
}

json order_of(const World& world, const std::string& id) {
    return await(world.api("operator").get("/v1/orders/" + id));
}

bool is_over(const std::string& state) {
    static const std::set<std::string> open{"queued", "said", "acknowledged"};
    return open.count(state) == 0;
}

/// The state in which the order ended, the truck listening all the while.
std::string end_of(const World& world, Rig& rig, const std::string& id,
                   std::chrono::seconds patience = 15s) {
    const auto until = std::chrono::steady_clock::now() + patience;
    std::string state;
    while (std::chrono::steady_clock::now() < until) {
        rig.truck.pump(rig.now, 50ms);
        state = order_of(world, id).at("state").get<std::string>();
        if (is_over(state)) break;
    }
    return state;
}

simulators::Scenario fleet_of_all_models() {
    const auto models = simulators::models();
    auto scenario = story(static_cast<int>(models.size()));
    for (std::size_t i = 0; i < models.size(); ++i) {
        scenario.trucks[i].model = models[i].name;
        scenario.trucks[i].lock.clear();
    }
    return scenario;
}

}  // namespace

TEST_CASE("a terminal of every model is heard at the right time, place and load, with its lock") {
    World world{1};
    const auto scenario = fleet_of_all_models();
    const auto fleet = world.enlist(scenario);
    for (const auto& plan : scenario.trucks) {
        INFO(plan.model);
        Rig rig{world, plan};
        const Instant first = rig.now + 10s;
        rig.report({.load = Load::full, .lock = LockState::shut});
        rig.report({.load = Load::full, .lock = LockState::open});
        rig.report({.load = Load::full, .lock = LockState::shut});
        const auto& database = world.database;
        const std::string mine = fmt::format(
            " FROM observations o JOIN terminals t ON t.key = o.terminal_key"
            " WHERE t.number = '{}' AND o.at BETWEEN '{}' AND '{}'",
            plan.terminal, to_iso(first), to_iso(first + 20s));
        CHECK(database.value<long>("SELECT count(*)" + mine + " AND kind = 1") == 3);
        CHECK(database.value<long>(
                  "SELECT count(*)" + mine + " AND kind = 1 AND abs(lat - " +
                  std::to_string(std::llround(place(0, 0).lat * 1e7)) + ") < 50 AND abs(lon - " +
                  std::to_string(std::llround(place(0, 0).lon * 1e7)) + ") < 50") == 3);
        const bool has_lock = plan.model.starts_with("lock-") && plan.model != "lock-text";
        const auto opened =
            fmt::format(" AND kind = 2 AND action = {}", static_cast<int>(LockAction::unsealed));
        CHECK((database.value<long>("SELECT count(*)" + mine + opened) > 0) == has_lock);
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
