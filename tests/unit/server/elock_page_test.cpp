// The table of fields in docs/wire-elock.md and what `liuhen decode` prints of locks agree: every
// printed name has its row, and every row is printed of some piece.
#include "server/tools/decode.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <array>
#include <fstream>
#include <set>

using namespace liuhen;
using nlohmann::json;

namespace {

using Names = std::set<std::string>;

// The names in backticks in the first cell of each row of the section.
Names names_on_the_page() {
    std::ifstream in{LIUHEN_SOURCE_DIR "/docs/wire-elock.md"};
    Names names;
    bool inside = false;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("## ")) inside = line == "## What `liuhen decode` prints";
        if (!inside || !line.starts_with("| `")) continue;
        const std::string cell = line.substr(1, line.find('|', 1) - 1);
        for (auto open = cell.find('`'); open != std::string::npos;) {
            const auto close = cell.find('`', open + 1);
            names.insert(cell.substr(open + 1, close - open - 1));
            open = cell.find('`', close + 1);
        }
    }
    return names;
}

// The names at the top of a printed line; of its pieces and reports, theirs.
void add_names(Names& names, const json& printed) {
    for (const auto& [name, value] : printed.items()) {
        names.insert(name);
        if (name != "pieces" && name != "reports") continue;
        for (const json& one : value) add_names(names, one);
    }
}

// A piece of each kind; those in hex stand on the page.
constexpr std::array<std::string_view, 8> pieces{
    "2400800012341711003421112614000528060000119360000f12980000002d060000000020e028"
    "000000001400010f0f0f0f0f0f0f0f0f0f000001cc0056",
    "24008000123411003621112614000528060000119360000f129806190003fd2b91044d1f"
    "21112614010528060000119360000f129806190003fd2b91044d1fa0",
    "(0080001234,P45,211126,140105,28.10000,N,119.60000,E,A,36,270,1,98,0008627839,0,0,24,45)",
    "(0080001234,P22,2)(0080001234,@JT)",
    "(0080001234,U02,211126,140105,T,28.10000,N,119.60000,E,5,152,9,32%,00000000000011,10133,"
    "5173,22,100,1)",
    "WLNET",
    "##S,eSeal,1000700,256,3.0.8,Event-Door,34,2026-11-21,14:00:05,15,A,28.100000N "
    "119.600000E,304,33,Open,0.71,0:0:3:0,3.8,-73,E##",
    "(nobody)",
};

std::string slave_record() {
    std::ifstream in{LIUHEN_SOURCE_DIR "/tests/vectors/elock_own.jsonl"};
    for (std::string line; std::getline(in, line);) {
        const json vector = json::parse(line);
        if (vector["name"] == "slave lock, WLNET type 4") return vector["hex"];
    }
    return {};
}

}  // namespace

TEST_CASE("the page of locks has a row for every name that decode prints, and no other") {
    Names printed;
    for (const std::string_view piece : pieces) {
        const std::string line = piece == "WLNET" ? slave_record() : std::string{piece};
        const auto decoded = server::tools::decode_line(line);
        REQUIRE(decoded);
        add_names(printed, json::parse(decoded->json));
    }
    CHECK(printed == names_on_the_page());
}
