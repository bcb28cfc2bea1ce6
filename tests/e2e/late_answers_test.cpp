// An order that a terminal took on one line and answers on the next, in the message that only this
// order has.
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/location.hpp"
#include "tests/support/jt808_frames.hpp"
#include "tests/support/rig.hpp"

using namespace liuhen;
using namespace liuhen::test;
using namespace liuhen::telematics::jtt808;
using namespace std::chrono_literals;
using liuhen::telematics::Bytes;

namespace {

/// A terminal that logs on as the simulated one does, and says by itself what the test wants.
struct Tongue {
    Tongue(const World& world, const simulators::TruckPlan& plan)
        : number{plan.terminal}, truck{plan.terminal, plan.plate, world.server.jt808()} {
        truck.connect();
    }
    /// The line is cut, and there is another.
    void come_again() {
        truck.disconnect();
        scanner = {};
        truck.connect();
    }
    void say(std::uint16_t id, const Bytes& body) {
        truck.wire().send(sealed(number, id, ++serial, body));
    }
    /// The serial under which this message of the platform comes; none: it does not.
    std::optional<std::uint16_t> told(std::uint16_t id, std::chrono::milliseconds patience) {
        const auto until = std::chrono::steady_clock::now() + patience;
        while (std::chrono::steady_clock::now() < until) {
            scanner.feed(truck.wire().read(50ms));
            while (const auto frame = scanner.next()) {
                REQUIRE(*frame);
                if ((*frame)->head.id == id) return (*frame)->head.serial;
            }
        }
        return std::nullopt;
    }

    std::string number;
    WiredTruck truck;
    FrameScanner scanner;
    std::uint16_t serial = 500;
};

/// The order's state as soon as it is no longer one of these.
std::string state_after(const World& world, const std::string& order,
                        const std::set<std::string>& states) {
    const auto until = std::chrono::steady_clock::now() + 15s;
    std::string state;
    do {
        state = order_of(world, order).at("state").get<std::string>();
        if (!states.contains(state)) break;
        std::this_thread::sleep_for(50ms);
    } while (std::chrono::steady_clock::now() < until);
    return state;
}

}  // namespace

TEST_CASE("an order taken on a line that was cut ends by its own answer on the next line") {
    World world{1};
    const auto scenario = story(1);
    const auto fleet = world.enlist(scenario);
    const auto& plan = scenario.trucks[0];
    Tongue tongue{world, plan};
    struct Row {
        json order;
        std::uint16_t command, answer;
        Message (*says)(std::uint16_t serial);
    };
    const auto position_of = [](std::uint16_t serial) -> Message {
        const Bytes body = basic_position(story_start);
        telematics::Reader r{body};
        return PositionReply{.serial = serial, .position = read_position(r, Edition::v2013)};
    };
    const auto shot_of = [](std::uint16_t serial) -> Message {
        return ShotReply{.serial = serial, .result = 0, .media = {7}, .tail = {}};
    };
    for (const Row& row : {Row{{{"kind", "locate"}}, 0x8201, 0x0201, position_of},
                           Row{{{"kind", "photo"}}, 0x8801, 0x0805, shot_of}}) {
        INFO(row.order.dump());
        const auto order = give(world, fleet.trucks.at(plan.key).terminal, row.order);
        const auto said = tongue.told(row.command, 10s);
        REQUIRE(said);
        const TerminalReply taken{
            .serial = *said, .message = row.command, .outcome = Outcome::done};
        tongue.say(TerminalReply::id, encode(taken, Edition::v2013));
        REQUIRE(state_after(world, order, {"queued", "said"}) == "acknowledged");

        tongue.come_again();
        CHECK_FALSE(tongue.told(row.command, 500ms));
        tongue.say(row.answer, encode(row.says(*said), Edition::v2013));
        CHECK(state_after(world, order, {"queued", "said", "acknowledged"}) == "done");
        const json shown = order_of(world, order);
        CHECK(shown.at("answer").at("message").get<std::string>() ==
              (row.answer == 0x0201 ? "0x0201" : "0x0805"));
        CHECK(shown.at("said") == 1);
    }
}
