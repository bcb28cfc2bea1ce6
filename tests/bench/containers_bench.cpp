// What a trace among a million containers takes: as the role of HTTP, under row security, by the
// statements of `GET /v1/containers/{id}/trace`. Wall clock, for the work is the database's.
// Usage: bench_containers CONNINFO RUNS, a database filled by million_containers.sql.
#include "server/database.hpp"
#include "server/store/containers.hpp"
#include "tests/bench/bench.hpp"

#include <fmt/format.h>
#include <pqxx/pqxx>

#include <chrono>
#include <cstdio>

namespace {

using namespace liuhen;
using namespace liuhen::server;

std::string key(int kind, long number) {
    return fmt::format("{:08x}-0000-7000-8000-{:012x}", kind, number);
}
constexpr long group = 156, first_small = 3000 * group, collector = 1'000'399;
const std::string its_producer = key(1, 3000 % 1000), its_receiver = key(4, 3000 % 40);

struct Row {
    const char* what;
    std::string role, party, division;
    long container;
};
const Row rows[] = {
    {"small drum, its producer", "producer", its_producer, "", first_small},
    {"middle one, its producer", "producer", its_producer, "", first_small + 125},
    {"tank, its producer", "producer", its_producer, "", first_small + 155},
    {"tank, the county", "regulator", "", "330101", first_small + 155},
    {"tank, the whole country", "regulator", "", "", first_small + 155},
    {"tank, its receiver", "receiver", its_receiver, "", first_small + 155},
    {"collector, its producer", "producer", key(1, 0), "", collector},
    {"collector, the county", "regulator", "", "330101", collector},
};

struct Seen {
    std::size_t containers, movements;
};
Seen trace(pqxx::connection& connection, const Row& row) {
    pqxx::work db{connection};
    db.exec_params(
        "SELECT set_config('liuhen.role', $1, true), set_config('liuhen.party', $2, true),"
        " set_config('liuhen.division', $3, true), set_config('liuhen.rank', 'member', true)",
        row.role, row.party, row.division);
    const manifest::custody::ContainerId id{key(9, row.container)};
    if (!store::find_container(db, id)) return {};
    const auto found = store::trace(db, id);
    std::vector<manifest::custody::ContainerId> ids;
    for (const auto& node : found.nodes) ids.push_back(node.container.id);
    return {found.nodes.size(), store::movements_of(db, ids).size()};
}

}  // namespace

int main(int count, char** words) {
    if (count < 2) return 2;
    const int runs = count > 2 ? std::max(1, std::atoi(words[2])) : 11;
    pqxx::connection connection{conninfo_as(words[1], "liuhen_http")};
    bench::Results results{"containers", runs};
    for (const auto& row : rows) {
        Seen seen = trace(connection, row);  // warm
        std::vector<double> took;
        for (int run = 0; run < runs; ++run) {
            const auto begun = std::chrono::steady_clock::now();
            seen = trace(connection, row);
            took.push_back(
                std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun)
                    .count());
        }
        std::sort(took.begin(), took.end());
        const auto what = fmt::format("{} ({}, {})", row.what, seen.containers, seen.movements);
        results.add(what.c_str(), "ms", took[took.size() / 2]);
        results.add("  the slowest", "ms", took.back());
    }
    return 0;
}
