// What the chain costs an event, in processor time and bytes: the record's text, both digests, and
// its share of a signed list. Run by `./liuhen bench history`.
#include "server/history/digest.hpp"
#include "server/history/list.hpp"
#include "server/history/record.hpp"
#include "tests/bench/bench.hpp"

#include <nlohmann/json.hpp>

using namespace liuhen;
using namespace liuhen::server::history;

namespace {

// A document of about the size of a manifest under way.
std::string document(std::size_t lines) {
    nlohmann::json shown{{"id", "019abcde-0000-7000-8000-000000000001"}, {"version", 7}};
    for (std::size_t i = 0; i < lines; ++i)
        shown["lines"].push_back({{"line_no", i + 1},
                                  {"waste_name", "废矿物油 spent plating bath"},
                                  {"code", "336-054-17"},
                                  {"hazards", {"T", "I"}},
                                  {"planned_g", 8'000'000},
                                  {"sent_g", 8'000'000},
                                  {"method_planned", "D9"},
                                  {"components", "nickel, chromium, cyanide"},
                                  {"package", "IBC"},
                                  {"container_count", 8}});
    return shown.dump();
}

Happening happening(std::size_t lines) {
    return {.manifest = "019abcde-0000-7000-8000-000000000001",
            .version = 7,
            .transition = "T10",
            .event = "load_sign",
            .role = "driver",
            .party = "5d9f3c1e-1111-4222-8333-444455556666",
            .delegate = {},
            .token = "77777777-1111-4222-8333-444455556666",
            .person = "王军",
            .origin = "192.0.2.7",
            .at = *parse_iso("2026-11-22T05:00:00.125Z"),
            .recorded_at = *parse_iso("2026-11-22T05:00:01Z"),
            .chained_at = {},
            .request = R"({"at":"2026-11-22T05:00:00.125Z","seal_nos":["A1","A2"]})",
            .document = document(lines)};
}

std::vector<Head> heads(std::size_t count) {
    std::vector<Head> many;
    for (std::size_t i = 0; i < count; ++i)
        many.push_back(
            {"019abcde-0000-7000-8000-000000000001", 7, digests_of({"record", std::to_string(i)})});
    return many;
}

}  // namespace

int main(int count, char** arguments) {
    bench::Results results{"history", bench::runs_of(count, arguments)};
    for (const std::size_t lines : {2U, 10U}) {
        const Happening one = happening(lines);
        const std::string text = record_text(one);
        const std::string size = " of " + std::to_string(text.size()) + " bytes";
        results.measure(("a record" + size + " written").c_str(), 1,
                        [&one] { return record_text(one).size(); });
        results.measure(("a record" + size + " chained twice").c_str(), 1, [&text] {
            return static_cast<std::size_t>(chained(before_the_first, text).sm3[0]);
        });
    }
    const auto listed = heads(max_heads);
    results.measure("a head's share of a list's roots", listed.size(),
                    [&listed] { return static_cast<std::size_t>(root_of_heads(listed).sm3[0]); });
    return 0;
}
