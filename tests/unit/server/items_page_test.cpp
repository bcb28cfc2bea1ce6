// Every item of docs/wire-items.md is printed as its line says, and every item that is read has a
// line.
#include "server/tools/decode.hpp"
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/items.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/text.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;
using nlohmann::json;

namespace {

struct Example {
    std::string profile;
    Item item;
    json printed;
};

// Lines between "```items" and "```": a profile at the margin, its items indented.
std::vector<Example> examples() {
    std::ifstream in{LIUHEN_SOURCE_DIR "/docs/wire-items.md"};
    std::vector<Example> all;
    std::string profile;
    bool inside = false;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("```")) inside = line == "```items";
        if (!inside || line.starts_with("```")) continue;
        if (!line.starts_with("  ")) {
            profile = line;
            continue;
        }
        const auto bytes = from_hex(line.substr(0, line.find('{')));
        REQUIRE(bytes);
        REQUIRE(bytes->size() >= 2);
        REQUIRE(std::to_integer<std::size_t>((*bytes)[1]) == bytes->size() - 2);
        all.push_back({profile,
                       {.id = std::to_integer<std::uint8_t>((*bytes)[0]),
                        .value = {bytes->begin() + 2, bytes->end()}},
                       json::parse(line.substr(line.find('{')))});
    }
    return all;
}

json printed(const Example& example) {
    Position position = report_of(Fix{});
    position.items = {example.item};
    const Bytes wire = seal_message(*header_for("13912344323", Edition::v2013), position);
    const auto line = server::tools::decode_line(to_hex(wire), *find_profile(example.profile));
    REQUIRE(line);
    json items = json::parse(line->json)["body"]["items"];
    json item = items[to_hex(std::array{std::byte{example.item.id}})];
    item.erase("raw");
    return item;
}

bool covers(const Example& example, const std::string& profile, std::uint8_t id,
            std::size_t shortest, std::size_t longest) {
    const std::size_t size = example.item.value.size();
    return example.profile == profile && example.item.id == id && size >= shortest &&
           size <= longest;
}

}  // namespace

TEST_CASE("each example of an item is printed as its line says") {
    const auto all = examples();
    REQUIRE(all.size() > 60);
    for (const Example& example : all) {
        INFO(example.profile << ' ' << static_cast<int>(example.item.id) << ' '
                             << to_hex(example.item.value));
        CHECK(printed(example) == example.printed);
    }
}

TEST_CASE("every item that a model reads has an example, in each of its lengths") {
    const auto all = examples();
    for (const Profile& profile : known_profiles()) {
        if (!profile.dialect) continue;
        for (const ItemRule& rule : profile.dialect->items) {
            if (rule.reading == Reading::raw) continue;
            INFO(profile.name << " item " << static_cast<int>(rule.id));
            CHECK(std::ranges::any_of(all, [&](const Example& one) {
                return covers(one, profile.name, rule.id, rule.shortest, rule.longest);
            }));
        }
    }
}

TEST_CASE("every item of the standard has an example, in each of its lengths") {
    const auto all = examples();
    for (unsigned id = 0; id <= 0xFF; ++id) {
        for (std::size_t size = 0; size <= 80; ++size) {
            const Item item{.id = static_cast<std::uint8_t>(id), .value = Bytes(size)};
            if (read_item(item).empty()) continue;
            INFO("item " << id << " of " << size << " bytes");
            const bool tyres = id == 0x66;  // of one tyre at least
            CHECK((tyres || std::ranges::any_of(all, [&](const Example& one) {
                       return covers(one, "standard", item.id, size, size);
                   })));
        }
    }
}
