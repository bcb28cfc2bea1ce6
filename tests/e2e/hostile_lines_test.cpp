// Terminals that are logged on and then send what no terminal should: counted by device and kind,
// answered as the standard can, put into quarantine within its limits, and never felt by the truck
// beside them.
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/text.hpp"
#include "tests/support/jt808_frames.hpp"
#include "tests/support/rig.hpp"

#include <fstream>

using namespace liuhen;
using namespace liuhen::test;
using namespace liuhen::telematics::jtt808;
using namespace std::chrono_literals;
using liuhen::telematics::Bytes;
using liuhen::telematics::ByteView;
using Outcomes = std::vector<Outcome>;

namespace {

constexpr std::uint16_t waybill = 0x0701, medium = 0x0801;

Bytes bytes(std::string_view hex) { return *telematics::from_hex(hex); }

Bytes joined(std::vector<Bytes> pieces) {
    Bytes all;
    for (const Bytes& piece : pieces) all.insert(all.end(), piece.begin(), piece.end());
    return all;
}

/// The basic part of a position with other bytes in it from `at` on.
Bytes position_with(std::size_t at, std::string_view hex) {
    Bytes body = basic_position(story_start);
    std::ranges::copy(bytes(hex), body.begin() + static_cast<std::ptrdiff_t>(at));
    return body;
}

Bytes part(const std::string& number, std::uint16_t id, std::uint16_t serial, Part place,
           const Bytes& body) {
    auto head = *header_for(number, Edition::v2013);
    head.id = id;
    head.serial = serial;
    head.part = place;
    return seal(head, body);
}

/// A frame with one byte of its plain form changed; the checksum is right again if `sound`.
Bytes spoiled(const Bytes& wire, std::size_t at, std::byte value, bool sound) {
    Bytes plain = *unescape(ByteView{wire}.subspan(1, wire.size() - 2));
    const std::byte change = plain[at] ^ value;
    plain[at] = value;
    if (sound) plain.back() ^= change;
    return wrapped(plain, Wrapping::standard);
}

Bytes of_wrong_checksum(const std::string& number) {
    return spoiled(position(number, story_start, 2), 20, std::byte{0x5A}, false);
}

/// 0x0801 whole: 16 bytes of the kind and format.
Bytes picture_of(const std::string& number, const char* kind_and_format) {
    const Bytes head = bytes("00000009" + std::string{kind_and_format} + "0401");
    return sealed(number, medium, 2, joined({head, basic_position(story_start), Bytes(16)}));
}

/// What a terminal sends once it is logged on, and what comes of it: results of 0x8001 in order,
/// and the kind that is counted (none: nothing is).
struct Offence {
    std::string_view what;
    Bytes (*sends)(const std::string& number);
    Outcomes answers;
    std::string_view kind = "";
    int count = 1;
};

const std::vector<Offence>& offences() {
    using enum Outcome;
    using Text = const std::string&;
    static const std::vector<Offence> rows{
        {"a body that ends inside a field",
         [](Text n) { return sealed(n, 0x0200, 2, Bytes(20)); },
         {bad_message},
         "truncated"},
        {"a header that tells another length than the frame has",
         [](Text n) { return spoiled(position(n, story_start, 2), 3, std::byte{20}, true); },
         {},
         "bad_length"},
        {"an item longer than what is left",
         [](Text n) {
             return sealed(n, 0x0200, 2, joined({basic_position(story_start), bytes("0104AA")}));
         },
         {done},
         "truncated"},
        {"one part of 65,535",
         [](Text n) { return part(n, waybill, 2, {.total = 65'535, .index = 1}, Bytes(9)); },
         {failed},
         "bad_part"},
        {"a part beyond its message",
         [](Text n) { return part(n, waybill, 9, {.total = 3, .index = 4}, Bytes(9)); },
         {failed},
         "bad_part"},
        {"a part again with other content",
         [](Text n) {
             return joined({part(n, waybill, 2, {.total = 3, .index = 1}, bytes("0000000A")),
                            part(n, waybill, 2, {.total = 3, .index = 1}, bytes("0000000B"))});
         },
         {done, failed},
         "bad_part"},
        {"a message over the end of the serials",
         [](Text n) {
             return joined({part(n, waybill, 65'534, {.total = 3, .index = 1}, bytes("00000002")),
                            part(n, waybill, 65'535, {.total = 3, .index = 2}, bytes("41")),
                            part(n, waybill, 0, {.total = 3, .index = 3}, bytes("42"))});
         },
         {done, done, done}},
        {"a time of zeros, as before the first fix",
         [](Text n) { return sealed(n, 0x0200, 2, position_with(22, "000000000000")); },
         {done}},
        {"a thirteenth month",
         [](Text n) { return sealed(n, 0x0200, 2, position_with(22, "261332000000")); },
         {bad_message},
         "bad_value"},
        {"a latitude of 91 degrees",
         [](Text n) { return sealed(n, 0x0200, 2, position_with(8, "056C8CC0")); },
         {bad_message},
         "bad_value"},
        {"a longitude of 181 degrees",
         [](Text n) { return sealed(n, 0x0200, 2, position_with(12, "0AC9D540")); },
         {bad_message},
         "bad_value"},
        {"a megabyte of 7E", [](Text) { return Bytes(1U << 20U, delimiter); }, {}},
        {"a text in GBK that is cut inside a character",
         [](Text n) { return sealed(n, waybill, 2, bytes("00000003B3B5B3")); },
         {done}},
        {"a medium of no known kind",
         [](Text n) { return picture_of(n, "0900"); },
         {bad_message},
         "bad_value"},
        {"a medium of no known format",
         [](Text n) { return picture_of(n, "0009"); },
         {bad_message},
         "bad_value"},
        {"an escape that does not exist",
         [](Text) { return bytes("7E02007D05000000000000000000000000007E"); },
         {},
         "bad_escape"},
        {"a wrong checksum", of_wrong_checksum, {}, "bad_checksum"},
        {"a piece longer than any frame",
         [](Text) {
             return joined({{delimiter}, Bytes(60'000, std::byte{0x41}), {delimiter}});
         },
         {},
         "oversized"},
        {"bytes outside any frame", [](Text) { return bytes("6162630D0A"); }, {}, "not_a_frame"},
        {"a message that nobody knows",
         [](Text n) { return sealed(n, 0x0F77, 2, Bytes(5)); },
         {unsupported},
         "unknown_message"},
        {"another's number",
         [](Text) { return position("13905709999", story_start, 2); },
         {failed},
         "not_authenticated"},
    };
    return rows;
}

/// Two models of the operator's own, which bear with less and with more than the standard's.
std::string profiles_file() {
    std::string name = "/tmp/lh-e2e-profiles-XXXXXX";
    const int fd = ::mkstemp(name.data());
    if (fd < 0) throw std::runtime_error{"mkstemp"};
    ::close(fd);
    std::ofstream{name} << "profile impatient\n  patience 5\nprofile patient\n  patience 300\n";
    return name;
}

/// One world for all cases of this file, a terminal for each offence and some more; the first truck
/// behaves, and what the others do must not be its problem.
struct Village {
    std::string profiles = profiles_file();
    World world{1, {"--profiles", profiles}};
    simulators::Scenario scenario = story(static_cast<int>(offences().size()) + 6);
    simulators::Fleet fleet = world.enlist(scenario);
    Rig good{world, scenario.trucks[0]};
    std::size_t taken = 1;

    ~Village() { std::filesystem::remove(profiles); }
    const simulators::TruckPlan& next() { return scenario.trucks.at(taken++); }
    void check_good_truck() { good.report(); }
};

Village& village() {
    static Village one;
    return one;
}

/// A terminal that is logged on and from then on says what the test wants.
struct Offender {
    explicit Offender(const simulators::TruckPlan& plan)
        : number{plan.terminal}, truck{plan.terminal, plan.plate, village().world.server.jt808()} {
        truck.connect();
    }
    void send(const Bytes& what) { truck.wire().send(what); }
    /// A sound position behind whatever was sent before.
    void behave() { send(position(number, story_start + std::chrono::seconds{++good}, 900)); }
    /// The results of as many 0x8001 as there should be, fewer when they do not come.
    Outcomes answers(std::size_t count, std::chrono::seconds patience = 10s) {
        const auto until = std::chrono::steady_clock::now() + patience;
        while (outcomes.size() < count && std::chrono::steady_clock::now() < until) {
            scanner.feed(truck.wire().read(100ms));
            while (const auto frame = scanner.next()) {
                REQUIRE(*frame);
                const auto said =
                    decode((*frame)->head.id, (*frame)->head.edition, (*frame)->body());
                if (!said || !std::holds_alternative<PlatformReply>(*said)) continue;
                outcomes.push_back(std::get<PlatformReply>(*said).outcome);
            }
        }
        return std::exchange(outcomes, {});
    }
    [[nodiscard]] bool is_hung_up() { return truck.wire().is_hung_up_within(10s); }

    std::string number;
    WiredTruck truck;
    FrameScanner scanner;
    Outcomes outcomes;
    int good = 0;
};

/// How often the device was at fault in this way, as `doctor --device` shows it: faults are stored
/// every few seconds.
json faults_of(const std::string& number, std::string_view kind, int count) {
    const auto until = std::chrono::steady_clock::now() + 15s;
    json faults;
    do {
        const std::string path = "/v1/terminals/" + number + "/diagnosis";
        faults = await(village().world.api("operator").get(path)).at("faults");
        const bool there = std::ranges::any_of(faults, [&](const json& one) {
            return one.at("kind") == kind && one.at("count") >= count;
        });
        if (there || count == 0) break;
        std::this_thread::sleep_for(200ms);
    } while (std::chrono::steady_clock::now() < until);
    return faults;
}

int quarantined(const std::string& number) {
    return village().world.database.value<int>("SELECT count(*) FROM quarantine WHERE number = '" +
                                               number + "'");
}

}  // namespace

TEST_CASE("every offence of a logged-on terminal is counted, answered and felt by nobody else") {
    std::vector<std::string> offenders;
    for (const Offence& row : offences()) {
        INFO(row.what);
        Offender one{village().next()};
        offenders.push_back(one.number);
        one.send(row.sends(one.number));
        one.behave();
        Outcomes expected = row.answers;
        expected.push_back(Outcome::done);
        CHECK(one.answers(expected.size()) == expected);
        village().check_good_truck();
    }
    for (std::size_t i = 0; i < offences().size(); ++i) {
        const Offence& row = offences()[i];
        INFO(row.what);
        const int count = row.kind.empty() ? 0 : row.count;
        const json faults = faults_of(offenders[i], row.kind, count);
        REQUIRE(faults.size() == (count == 0 ? 0 : 1));
        CHECK(quarantined(offenders[i]) == count);
        if (count == 0) continue;
        CHECK(faults[0]["kind"] == std::string{row.kind});
        CHECK(faults[0]["count"] == count);
        CHECK_FALSE(faults[0]["last_bytes"].get<std::string>().empty());
    }
}

TEST_CASE("a flood of one fault is counted whole and kept in part") {
    constexpr int times = 300, kept_of_kind = 40;
    Offender one{village().next()};
    for (int i = 0; i < times; ++i) one.send(sealed(one.number, 0x0200, 2, Bytes(20)));
    one.behave();
    Outcomes expected(times, Outcome::bad_message);
    expected.push_back(Outcome::done);
    CHECK(one.answers(expected.size(), 30s) == expected);
    village().check_good_truck();
    CHECK(faults_of(one.number, "truncated", times).at(0).at("count") == times);
    CHECK(quarantined(one.number) == kept_of_kind);
    CHECK(village().world.metric("liuhen_device_refusals_total", "\"not_kept\"") >=
          times - kept_of_kind);
}

TEST_CASE("a medium larger than is kept of unfinished messages is given up, and its line goes on") {
    constexpr std::uint16_t parts = 2'200, too_many = parts - 2'097;
    Offender one{village().next()};
    for (std::uint16_t index = 1; index <= parts; ++index)
        one.send(part(one.number, medium, index, {.total = parts, .index = index}, Bytes(1'000)));
    one.behave();
    const Outcomes answers = one.answers(parts + 1, 60s);
    CHECK(answers.size() == parts + 1);
    CHECK(std::ranges::count(answers, Outcome::failed) == too_many);
    CHECK(answers.back() == Outcome::done);
    village().check_good_truck();
    CHECK(faults_of(one.number, "bad_part", too_many).at(0).at("count") == too_many);
    CHECK(village().world.database.value<int>("SELECT count(*) FROM media") == 0);
}

TEST_CASE("how many bad pieces in a row a line survives is a row of the model's profile") {
    struct Patience {
        std::string_view profile;
        int pieces;
    };
    for (const auto& [profile, pieces] : {Patience{"standard", 100}, Patience{"impatient", 5}}) {
        INFO(profile);
        const auto& plan = village().next();
        await(village()
                  .world.api("operator")
                  .post("/v1/terminals/" + village().fleet.trucks.at(plan.key).terminal,
                        {{"profile", profile}}, simulators::fresh_key()));
        Offender one{plan};
        for (int i = 1; i < pieces; ++i) one.send(of_wrong_checksum(one.number));
        one.behave();
        CHECK(one.answers(1) == Outcomes{Outcome::done});
        for (int i = 0; i < pieces; ++i) one.send(of_wrong_checksum(one.number));
        CHECK(one.is_hung_up());
        village().check_good_truck();
        CHECK(faults_of(one.number, "bad_checksum", 2 * pieces - 1).at(0).at("count") ==
              2 * pieces - 1);
    }
}

TEST_CASE("a model that is known to send much nonsense is borne with for longer") {
    constexpr int at_once = 60;  // less than what one read may hold of any
    const auto& plan = village().next();
    await(village()
              .world.api("operator")
              .post("/v1/terminals/" + village().fleet.trucks.at(plan.key).terminal,
                    {{"profile", "patient"}}, simulators::fresh_key()));
    Offender one{plan};
    for (int round = 1; round <= 3; ++round) {
        for (int i = 0; i < at_once; ++i) one.send(of_wrong_checksum(one.number));
        CHECK(faults_of(one.number, "bad_checksum", round * at_once).at(0).at("count") ==
              round * at_once);
    }
    one.behave();
    CHECK(one.answers(1) == Outcomes{Outcome::done});
    village().check_good_truck();
}
