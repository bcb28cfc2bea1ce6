// Every row of an event, in every profile that has some, read from an item of its form.
#include "tests/unit/telematics/lock_samples.hpp"

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;
using namespace liuhen::telematics::jtt808::test;

namespace {

constexpr std::string_view slave = "001234567890", card = "0008627647", user = "9001";

// What stands behind the number of an event, and what of it becomes lock and actor.
struct Data {
    std::string hex;
    std::string_view lock = own;
    std::string_view actor = "";
};
Data data_for(EventData form) {
    switch (form) {
        case EventData::none:
            return {""};
        case EventData::secret:
            return {"313233343536"};
        case EventData::actor:
            return {"39303031", own, user};
        case EventData::slave:
            return {"001234567890", slave};
        case EventData::slave_actor:
            return {"00123456789039303031", slave, user};
        case EventData::password:
            return {"313233343536"};
        case EventData::password_result:
            return {"31323334353605"};
        case EventData::card:
            return {"0083a5bf", own, card};
        case EventData::card_result:
            break;
    }
    return {"0083a5bf05", own, card};
}

// The item in which a model tells its events.
const ItemRule& event_item(const Dialect& dialect) {
    const auto found = std::ranges::find_if(dialect.items, [](const ItemRule& rule) {
        return rule.reading == Reading::event || rule.reading == Reading::lock_event;
    });
    REQUIRE(found != dialect.items.end());
    return *found;
}

// A state in which the model's lock says nothing but that it is there.
std::uint32_t quiet_status(const Dialect& dialect) {
    return dialect.says(Sense::rod_closed, Word::status, 0) ? hhd_closed : motor_unlocked;
}

std::vector<LockEvent> events_of(const Profile& profile, unsigned number, const std::string& data) {
    const ItemRule& item = event_item(*profile.dialect);
    Writer head;
    if (item.reading == Reading::event) {
        head.u16(static_cast<std::uint16_t>(number)).u8(0);
    } else {
        head.u8(static_cast<std::uint8_t>(number));
    }
    return events_by(profile.name, position_with(quiet_status(*profile.dialect), 0,
                                                 {item_of(item.id, to_hex(head.view()) + data)}));
}

bool has_result(const EventRule& rule) {
    return rule.data == EventData::password_result || rule.data == EventData::card_result;
}

// Calls `check` with each number of each row of each model; how many rows there were.
template <class Check>
int each_number(const Check& check) {
    int rows = 0;
    for (const Profile& profile : known_profiles()) {
        if (!profile.dialect) continue;
        for (const EventRule& rule : profile.dialect->events) {
            ++rows;
            for (unsigned number = rule.number; number <= rule.last; ++number) {
                INFO(profile.name << ' ' << rule.name << ' ' << number);
                check(profile, rule, number);
            }
        }
    }
    return rows;
}

}  // namespace

TEST_CASE("every event row of every model says its action, means, lock and actor, or nothing") {
    const int rows =
        each_number([](const Profile& profile, const EventRule& rule, unsigned number) {
            const Data data = data_for(rule.data);
            const auto events = events_of(profile, number, data.hex);
            if (!rule.action) {
                CHECK(events.empty());
                return;
            }
            REQUIRE(events.size() == 1);
            CHECK(events[0].action == *rule.action);
            CHECK(events[0].means == rule.means);
            CHECK(events[0].lock.text == data.lock);
            CHECK(events[0].actor == data.actor);
        });
    CHECK(rows >= 70);
}

TEST_CASE("every event row with a result is a refusal when the result is FF") {
    int refusals = 0;
    each_number([&](const Profile& profile, const EventRule& rule, unsigned number) {
        if (!has_result(rule)) return;
        Data data = data_for(rule.data);
        data.hex.replace(data.hex.size() - 2, 2, "ff");
        const auto events = events_of(profile, number, data.hex);
        REQUIRE(events.size() == 1);
        CHECK(events[0].action == LockAction::refused);
        CHECK(events[0].means == rule.means);
        ++refusals;
    });
    CHECK(refusals >= 7);
}

TEST_CASE("every event row that needs data makes no event when the data ends early") {
    each_number([](const Profile& profile, const EventRule& rule, unsigned number) {
        const bool needs_data = rule.data != EventData::none && rule.data != EventData::secret &&
                                rule.data != EventData::actor;
        if (needs_data) CHECK(events_of(profile, number, "31").empty());
    });
}
