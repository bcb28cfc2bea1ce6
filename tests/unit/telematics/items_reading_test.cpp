// What the items of each profile say: a sample for every row of the table, and the layouts that
// the standard's readers share.
#include "telematics/jtt808/items.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/text.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cmath>
#include <sstream>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;

namespace {

Item item_of(std::uint8_t id, std::string_view hex) { return {.id = id, .value = *from_hex(hex)}; }

std::string shown(const ItemValues& values);
struct Shown {
    std::string operator()(double value) const {
        std::ostringstream text;
        text << value;
        return text.str();
    }
    std::string operator()(const Flags& flags) const {
        std::ostringstream text;
        text << std::hex << flags.word << 'h';
        return text.str();
    }
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(const std::vector<double>& list) const {
        std::string text;
        for (const double one : list) text += (text.empty() ? "" : ",") + (*this)(one);
        return "[" + text + "]";
    }
    std::string operator()(const std::vector<ItemValues>& groups) const {
        std::string text;
        for (const ItemValues& group : groups) text += "{" + shown(group) + "}";
        return text;
    }
};
std::string shown(const ItemValues& values) {
    std::string text;
    for (const ItemValue& one : values) {
        text += (text.empty() ? "" : " ") + one.name + "=" + std::visit(Shown{}, one.value);
    }
    return text;
}
std::string said(std::string_view profile, std::uint8_t id, std::string_view hex) {
    return shown(read_item(item_of(id, hex), find_profile(profile)->dialect.get()));
}

Fix standing() {
    Fix fix;
    fix.at = *parse_iso("2026-11-21T04:00:00Z");
    fix.where = {28.1, 119.6};
    return fix;
}

struct Sample {
    std::string_view profile;
    std::uint8_t item;
    std::string_view hex;
    std::string_view says;
};
// Our own bytes; an empty reading means raw.
constexpr std::array samples{
    Sample{"waste-eeye", 0xE3, "01261122083000261122083115",
           "dump_outside_area=1 lift_start=261122083000 lift_end=261122083115"},
    Sample{"waste-eeye", 0xE4, "00000003", "dump_alarm=3h"},
    Sample{"waste-eeye", 0xF0, "e10440000600e204000030395a",
           "container={item=e1 raw=40000600 custom_status=40000600h}"
           "{item=e2 raw=00003039 total_weight=12345}"},
    Sample{"sensors-zoomwell", 0xF3,
           "02700018000101020000000700000bb800640123000001240000000a5304000004d2",
           "sensors={sensor=70 raw=000101020000000700000bb800640123000001240000000a5304000004d2}"},
    Sample{"tracker-gps51", 0x51, "80fa", "temperatures_c=[-25]"},
    Sample{"tracker-gps51", 0x51, "00e680fa0000ffff0001000200030004",
           "temperatures_c=[23,-25,0,nan,0.1,0.2,0.3,0.4]"},
    Sample{"tracker-gps51", 0x52, "02", "drum=2"},
    Sample{"tracker-gps51", 0x56, "0900", "battery_tenths=9"},
    Sample{"tracker-gps51", 0x61, "04b0", "main_voltage_v=12"},
    Sample{"lock-jointech", 0x02, "000a", "altitude_m=10"},
    Sample{"lock-jointech", 0x0A, "01cc00", "mcc=460 mnc=0"},
    Sample{"lock-jointech", 0x0A, "01cc0001", "mcc=460 mnc=1"},
    Sample{"lock-jointech", 0x0B, "22000d7ea70e", ""},
    Sample{"lock-jointech", 0x0C, "ff98ffa8007e", "tilt_x=-104 tilt_y=-88 tilt_z=126"},
    Sample{"lock-jointech", 0x10, "02", "wake_source=2"},
    Sample{"lock-jointech", 0xD4, "60", "battery_percent=96"},
    Sample{"lock-jointech", 0xD5, "0186", "battery_v=3.9"},
    Sample{"lock-jointech", 0xDA, "000301", "cut_count=3 rope_state=1h"},
    Sample{"lock-jointech", 0xF9, "0102", "version=258"},
    Sample{"lock-jointech", 0xFC, "03", "fence=3"},
    Sample{"lock-jointech", 0xFD, "01cc000000123456ab", "mcc=460 mnc=0 cell=4660 lac=22187"},
    Sample{"lock-jointech", 0xFE, "0000002d", "mileage=45"},
    Sample{"lock-huabao", 0xD5, "01200000123427959378615a0032",
           "locks={lock=2000001234 card=2795937861 battery_percent=90 status=32h unlocked=1}"},
    Sample{"lock-hhd", 0x01, "000004d2", ""},
    Sample{"lock-hhd", 0x02, "0001", ""},
    Sample{"lock-hhd", 0x03, "0001", ""},
    Sample{"lock-hhd", 0x04, "0001", ""},
    Sample{"lock-hhd", 0x05, "0001", ""},
    Sample{"lock-hhd", 0x06, "0001", ""},
    Sample{"lock-hhd", 0x07, "0001", ""},
    Sample{"lock-hhd", 0x60, "0004003930303030303031",
           "event=4h event_name=card_unsealed actor=90000001"},
    Sample{"lock-hhd", 0x60, "00650000123456789039303030",
           "event=65h event_name=slave_card_by_master lock=001234567890 actor=9000"},
    Sample{"lock-hhd", 0x60, "7777", "event=7777h"},
    Sample{"lock-hhd", 0x61, "00", ""},
    Sample{"lock-hhd", 0x62, "00", ""},
    Sample{"lock-hhd", 0x63, "0012345678900e5c318113",
           "locks={lock=001234567890 battery_v=3.676 sealed=1 rod_closed=1 signal=19}"},
    Sample{"lock-hhd", 0x64, "00", ""},
    Sample{"lock-hhd", 0x65, "00", ""},
    Sample{"lock-hhd", 0x66, "00", ""},
    Sample{"lock-hhd", 0x67, "3132333435363738", ""},
    Sample{"lock-hhd", 0x68, "2648", "battery_percent=98"},
    Sample{"lock-hhd", 0x69, "0193", "battery_v=4.03"},
    Sample{"lock-hhd", 0x6A, "11", "signal_strength=17"},
    Sample{"lock-hhd", 0x6B, "09", "satellites=9"},
    Sample{"lock-hhd", 0x6C, "343630303831323334353637383930", "imsi=460081234567890"},
    Sample{"lock-hhd", 0x71, "3839383630343938313032313930353835373430",
           "iccid=89860498102190585740"},
    Sample{"lock-text", 0x33, "01", "mode=1"},
    Sample{"lock-text", 0x33, "2a4d30302c34352c3131333639303423",
           "lock_text=*M00,45,1136904# battery_v=3.69"},
    Sample{"lock-text", 0xE8, "010203", ""},
};

}  // namespace

TEST_CASE("every item row of every profile reads its sample as stated") {
    for (const Sample& sample : samples) {
        if (sample.profile == "sensors-zoomwell" || sample.item == 0x0B) continue;  // below
        INFO(sample.profile << " item " << int{sample.item} << " " << sample.hex);
        CHECK(said(sample.profile, sample.item, sample.hex) == sample.says);
    }
}

TEST_CASE("every item row of every profile has a sample") {
    for (const Profile& profile : known_profiles()) {
        if (!profile.dialect) continue;
        for (const ItemRule& rule : profile.dialect->items) {
            const bool shares_reading = rule.reading == Reading::sensors;  // F4, F5 are longer F3
            const bool sampled = std::ranges::any_of(samples, [&](const Sample& one) {
                const std::size_t length = one.hex.size() / 2;
                const bool same_id = one.item == rule.id || (shares_reading && one.item == 0xF3);
                return one.profile == profile.name && same_id && length >= rule.shortest &&
                       length <= rule.longest;
            });
            INFO(profile.name << " item " << int{rule.id});
            CHECK(sampled);
        }
    }
}

TEST_CASE("a load sensor in a sensor list gives its weight in kilograms") {
    const std::string load =
        "0001"
        "01"
        "02"
        "0000"
        "0007"
        "0000"
        "0bb8"
        "0064"
        "0123"
        "0000"
        "0124"
        "0000"
        "000a";
    const std::string other = "5304000004d2";
    const std::string all =
        "02"
        "7018" +
        load + other;
    const std::string says = said("sensors-zoomwell", 0xF3, all);
    CHECK(says == "sensors={sensor=70 raw=" + load +
                      " important=1h weight_unit=1 load_state=2 loadings=7 weight_kg=3000 "
                      "last_change_kg=100 ad=291 ad_raw=292 ad_zero=10}{sensor=53 raw=000004d2}");
    CHECK(said("sensors-zoomwell", 0xF4, all) == says);
    CHECK(said("sensors-zoomwell", 0xF5, all) == says);
    CHECK(said("sensors-zoomwell", 0xF3,
               "03"
               "7018" +
                   load + other)
              .empty());  // one is missing
    CHECK(said("sensors-zoomwell", 0xF3,
               "01"
               "7018" +
                   load.substr(2))
              .empty());
}

TEST_CASE("a weight unit nobody knows gives no weight") {
    const std::string load =
        "0001"
        "07"
        "02"
        "0000"
        "0007"
        "0000"
        "0bb8"
        "0064"
        "0123"
        "0000"
        "0124"
        "0000"
        "000a";
    CHECK(said("sensors-zoomwell", 0xF3,
               "01"
               "7118" +
                   load)
              .find("weight_kg") == std::string::npos);
}

TEST_CASE("what no row explains is raw in every profile") {
    for (const Profile& profile : known_profiles()) {
        INFO(profile.name);
        CHECK(said(profile.name, 0xC7, "0102").empty());
    }
}

TEST_CASE("a profile keeps the standard's items it does not claim") {
    CHECK(said("waste-trwy", 0x01, "000004d2") == "odometer_km=123.4");
    CHECK(said("lock-huabao", 0x31, "0b") == "satellites=11");
    CHECK(said("lock-hhd", 0x01, "000004d2").empty());
}

// Active safety: one head a kind, two labels told apart by length.
const std::string su_label =
    "41424344454647"
    "261122083005"
    "01"
    "02"
    "00";
const std::string yue_label =
    "414243444546474849304142434445464748493041424344454647484930"
    "261122083005"
    "01"
    "02"
    "0000";
const std::string su_label_says =
    "label_terminal=ABCDEFG label_time=261122083005 label_serial=1 attachments=2";
const std::string yue_label_says =
    "label_terminal=ABCDEFGHI0ABCDEFGHI0ABCDEFGHI0 label_time=261122083005 label_serial=1 "
    "attachments=2";

TEST_CASE("a forward-camera alarm is read in both layouts") {
    const std::string head =
        "0000000a"
        "01"
        "02"
        "02"
        "3c"
        "0a"
        "01"
        "02"
        "50"
        "3b"
        "00d2"
        "01acc5a0"
        "0720f380"
        "261122083000"
        "0001";
    const std::string says =
        "alarm_id=10 alarm_state=1 alarm_type=2 alarm_level=2 front_speed_kmh=60 "
        "front_distance_ds=10 deviation_type=1 road_sign_type=2 road_sign_value=80 speed_kmh=59 "
        "altitude_m=210 lat=28.1 lon=119.6 alarm_time=261122083000 vehicle_state=1h ";
    CHECK(said("standard", 0x64, head + su_label) == says + su_label_says);
    CHECK(said("standard", 0x64, head + yue_label) == says + yue_label_says);
    CHECK(said("standard", 0x64, head + su_label + "00").empty());
}

TEST_CASE("a driver-camera alarm is read in both layouts") {
    const std::string head =
        "0000000b"
        "00"
        "01"
        "01"
        "09"
        "00000000"
        "3b"
        "00d2"
        "01acc5a0"
        "0720f380"
        "261122083000"
        "0001";
    const std::string says =
        "alarm_id=11 alarm_state=0 alarm_type=1 alarm_level=1 fatigue_degree=9 speed_kmh=59 "
        "altitude_m=210 lat=28.1 lon=119.6 alarm_time=261122083000 vehicle_state=1h ";
    CHECK(said("standard", 0x65, head + su_label) == says + su_label_says);
    CHECK(said("standard", 0x65, head + yue_label) == says + yue_label_says);
}

TEST_CASE("a tyre alarm lists its tyres, whose place has one byte or two") {
    const std::string head =
        "0000000c"
        "01"
        "3b"
        "00d2"
        "01acc5a0"
        "0720f380"
        "261122083000"
        "0001";
    const std::string says =
        "alarm_id=12 alarm_state=1 speed_kmh=59 altitude_m=210 lat=28.1 lon=119.6 "
        "alarm_time=261122083000 vehicle_state=1h ";
    const std::string measures =
        "0004"
        "0320"
        "0019"
        "0055";
    const std::string tyre =
        " tyre_count=1 tyres={position=3 alarm_type=4h pressure_kpa=800 temperature_c=25 "
        "battery_percent=85}";
    CHECK(said("standard", 0x66,
               head + su_label +
                   "01"
                   "03" +
                   measures) == says + su_label_says + tyre);
    CHECK(said("standard", 0x66,
               head + yue_label +
                   "01"
                   "0003" +
                   measures) == says + yue_label_says + tyre);
    CHECK(said("standard", 0x66,
               head + su_label +
                   "02"
                   "03" +
                   measures)
              .empty());
}

TEST_CASE("a blind-spot alarm is read in both layouts") {
    const std::string head =
        "0000000d"
        "01"
        "03"
        "3b"
        "00d2"
        "01acc5a0"
        "0720f380"
        "261122083000"
        "0001";
    const std::string says =
        "alarm_id=13 alarm_state=1 alarm_type=3 speed_kmh=59 altitude_m=210 lat=28.1 lon=119.6 "
        "alarm_time=261122083000 vehicle_state=1h ";
    CHECK(said("standard", 0x67, head + su_label) == says + su_label_says);
    CHECK(said("standard", 0x67, head + yue_label) == says + yue_label_says);
}

TEST_CASE("the waste truck's status bits are told by name, and full is a load") {
    const Profile& trwy = *find_profile("waste-trwy");
    Position p = report_of(standing());
    p.status |= 1U << 28U | 1U << 30U | 1U << 22U;
    CHECK(set_bits(*trwy.dialect, Word::status, p.status) ==
          std::vector<std::string_view>{"left_cover_open", "loaded", "body_lifted"});
    const auto seen = sightings_of(p, trwy, {.received = Instant{}});
    REQUIRE(seen);
    REQUIRE(seen->size() == 1);
    CHECK(std::get<Fix>(seen->front().what).load == Load::full);
}

TEST_CASE("every bit row of every profile has a name and tells it when set alone") {
    for (const Profile& profile : known_profiles()) {
        if (!profile.dialect) continue;
        for (const BitRule& rule : profile.dialect->bits) {
            INFO(profile.name << " bit " << int{rule.bit});
            CHECK(set_bits(*profile.dialect, rule.word, 1U << rule.bit) ==
                  std::vector<std::string_view>{rule.name});
        }
    }
}

TEST_CASE("passwords are overwritten in what is kept, and are no values") {
    const Dialect& hhd = *find_profile("lock-hhd")->dialect;
    const Dialect& jointech = *find_profile("lock-jointech")->dialect;
    const auto kept = [](std::uint8_t id, std::string_view hex, const Dialect& dialect) {
        return to_hex(without_secrets(item_of(id, hex), &dialect).value);
    };
    CHECK(kept(0x67, "3132333435363738", hhd) == "2a2a2a2a2a2a2a2a");
    CHECK(kept(0x60, "002200313233343536", hhd) == "00222a2a2a2a2a2a2a");
    CHECK(kept(0x60, "000400313233343536", hhd) == "000400313233343536");
    CHECK(kept(0x0B, "0131323334353605", jointech) == "012a2a2a2a2a2a05");
    CHECK(kept(0x0B, "06313233343536", jointech) == "062a2a2a2a2a2a");
    CHECK(kept(0x0B, "22000d7ea7", jointech) == "22000d7ea7");
    CHECK(said("lock-hhd", 0x60, "002200313233343536") == "event=22h event_name=password_unsealed");
}
