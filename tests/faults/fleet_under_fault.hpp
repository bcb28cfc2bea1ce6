// A fleet that reports while something breaks, and the audit afterwards: every acknowledged
// position is stored exactly once, and nothing is stored that nobody sent.
#pragma once

#include "simulators/load/load.hpp"
#include "tests/support/scratch_db.hpp"
#include "tests/support/server_process.hpp"

#include <exception>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>

namespace liuhen::test {

/// What the audit found. All but the first two and `repeated` must be 0.
struct Ledger {
    std::uint64_t acknowledged{};
    std::uint64_t stored{};
    std::uint64_t missing{};   ///< acknowledged, not stored
    std::uint64_t doubled{};   ///< stored more than once
    std::uint64_t invented{};  ///< stored, never sent
    std::uint64_t lost_lines{};
};

/// `conninfo` may read observations and terminals.
inline Ledger audit(const simulators::LoadFleet& fleet, const std::string& conninfo) {
    std::map<std::string, std::map<std::int64_t, unsigned>> stored;
    Ledger ledger;
    pqxx::connection connection{conninfo};
    pqxx::work transaction{connection};
    for (const auto& row : transaction.exec(
             "SELECT t.number, (extract(epoch FROM o.at) * 1000)::bigint FROM observations o "
             "JOIN terminals t ON t.key = o.terminal_key")) {
        ++stored[row[0].as<std::string>()][row[1].as<std::int64_t>()];
        ++ledger.stored;
    }
    ledger.lost_lines = fleet.outcome().lost_lines;
    fleet.for_each_terminal([&](const simulators::LoadTerminal& terminal) {
        auto& rows = stored[terminal.number()];
        const auto& acknowledged = terminal.acknowledged();
        for (std::uint32_t n = 0; n < acknowledged.size(); ++n) {
            const auto at = terminal.time_of(n).time_since_epoch().count();
            const auto row = rows.find(at);
            ledger.acknowledged += acknowledged[n] ? 1U : 0U;
            ledger.missing += acknowledged[n] && row == rows.end() ? 1U : 0U;
            if (row == rows.end()) continue;
            ledger.doubled += row->second > 1 ? 1U : 0U;
            rows.erase(row);
        }
        ledger.invented += rows.size();
    });
    return ledger;
}

/// The fleet of the ingest benchmark, half of it on a trip.
inline std::string fleet_rows(std::size_t terminals, std::uint64_t first_number) {
    std::ifstream file{std::string{LIUHEN_SOURCE_DIR} + "/tests/bench/ingest_fleet.sql"};
    std::string rows{std::istreambuf_iterator<char>{file}, {}};
    const std::map<std::string, std::string> values{{":terminals", std::to_string(terminals)},
                                                    {":first_number", std::to_string(first_number)},
                                                    {":every", "2"}};
    for (const auto& [name, value] : values) {
        for (auto at = rows.find(name); at != std::string::npos; at = rows.find(name, at)) {
            rows.replace(at, name.size(), value);
        }
    }
    return rows;
}

/// A database with a fleet, its server, and terminals that report `rate` positions a second in all.
class FleetUnderFault {
public:
    FleetUnderFault(const ScratchCluster& cluster, std::size_t terminals, double rate)
        : FleetUnderFault(ScratchDatabase{cluster}, {}, terminals, rate) {}
    /// The server reaches the database by `conninfo`; empty: as the tests do.
    FleetUnderFault(const ScratchDatabase& scratch, const std::string& conninfo,
                    std::size_t terminals, double rate)
        : database(with_fleet(scratch, terminals)),
          server(conninfo.empty() ? database.conninfo() : conninfo, now(), 1) {
        plan_.port = server.jt808();
        plan_.terminals = terminals;
        plan_.first_number = first_number;
        plan_.rate = rate;
        plan_.redials = true;
        plan_.warm_up = std::chrono::seconds{0};
        plan_.shape = {
            .auth_code = "load",
            .from = {.lat = 28.1, .lon = 119.61},
            .until = {.lat = 28.1, .lon = 120.19},
            // Terminals tell whole seconds.
            .first_at = std::chrono::floor<std::chrono::seconds>(now()) - std::chrono::hours{1}};
    }
    /// The next fleet reports another time of day, so that its positions are its own.
    void begin_anew() {
        database.sql("DELETE FROM observations");
        plan_.shape.first_at += std::chrono::minutes{20};
    }
    /// Where the terminals dial, when not at the server itself.
    void dial(std::uint16_t port) { plan_.port = port; }

    /// Reports for `time` while `harm` does its worst on this thread; waits for the last answers
    /// and audits. What goes wrong in `harm` or in the fleet is thrown here.
    template <class Harm>
    Ledger report_during(std::chrono::seconds time, Harm harm) {
        plan_.measured = time;
        simulators::LoadFleet fleet{plan_, [](const std::string&) {}};
        fleet.connect();
        std::exception_ptr fault;
        std::thread driver{[&] {
            try {
                fleet.drive();
            } catch (...) {
                fault = std::current_exception();
            }
        }};
        try {
            harm();
        } catch (...) {
            driver.join();
            throw;
        }
        driver.join();
        if (fault) std::rethrow_exception(fault);
        return audit(fleet, database.conninfo("liuhen_owner"));
    }

    ScratchDatabase database;
    ServerProcess server;

private:
    static constexpr std::uint64_t first_number = 13'800'000'000;
    static ScratchDatabase with_fleet(ScratchDatabase database, std::size_t terminals) {
        database.sql(fleet_rows(terminals, first_number));
        return database;
    }
    static Instant now() {
        return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    }
    simulators::LoadPlan plan_;
};

/// One line for people.
inline std::string in_words(const Ledger& ledger) {
    std::ostringstream text;
    text << ledger.acknowledged << " positions acknowledged, " << ledger.stored << " stored, "
         << ledger.lost_lines << " lines lost; missing " << ledger.missing << ", doubled "
         << ledger.doubled << ", invented " << ledger.invented;
    return text.str();
}

}  // namespace liuhen::test
