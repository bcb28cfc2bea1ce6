// A fleet that reports, and clerks who file, while something breaks; and the audit afterwards:
// every acknowledged position is stored exactly once, and nothing is stored that nobody sent.
#pragma once

#include "simulators/load/load.hpp"
#include "tests/support/desks.hpp"
#include "tests/support/http_house.hpp"
#include "tests/support/server_process.hpp"

#include <exception>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <thread>

namespace liuhen::test {

/// What the audit found. `missing`, `doubled` and `invented` must be 0.
struct Ledger {
    std::uint64_t acknowledged{};
    std::uint64_t stored{};
    std::uint64_t missing{};   ///< acknowledged, not stored
    std::uint64_t doubled{};   ///< stored more than once
    std::uint64_t invented{};  ///< stored, never sent
    std::uint64_t lost_lines{};
    std::uint64_t unanswered{};  ///< messages still without an answer when patience was over
};

/// `conninfo` may read sightings and terminals.
inline Ledger audit(const simulators::LoadFleet& fleet, const std::string& conninfo) {
    std::map<std::string, std::map<std::int64_t, unsigned>> stored;
    Ledger ledger;
    pqxx::connection connection{conninfo};
    pqxx::work transaction{connection};
    for (const auto& row : transaction.exec(
             "SELECT t.number, (extract(epoch FROM o.at) * 1000)::bigint FROM sightings o "
             "JOIN terminals t ON t.key = o.terminal_key")) {
        ++stored[row[0].as<std::string>()][row[1].as<std::int64_t>()];
        ++ledger.stored;
    }
    ledger.lost_lines = fleet.outcome().lost_lines;
    ledger.unanswered = fleet.outcome().unanswered;
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

/// A database with a fleet and a producer, its server, terminals that report `rate` positions a
/// second in all, and clerks who file meanwhile.
class FleetUnderFault {
public:
    struct Plan {
        std::size_t terminals = 400;
        double rate = 2'000;
        std::string conninfo{};  ///< by which the server reaches the database; empty: as the tests
        std::vector<std::string> options{};  ///< further ones of `serve`
        unsigned clerks = 2;
    };
    explicit FleetUnderFault(ScratchDatabase scratch, const Plan& plan)
        : database(std::move(scratch)),
          begun(std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now())),
          trade_(trade_of(database, plan.terminals)),
          clerks_(plan.clerks),
          server(plan.conninfo.empty() ? database.conninfo() : plan.conninfo, begun, 1,
                 plan.options) {
        load.port = server.jt808();
        load.terminals = plan.terminals;
        load.first_number = first_number;
        load.rate = plan.rate;
        load.redials = true;
        load.warm_up = std::chrono::seconds{0};
        load.shape = {
            .auth_code = "load",
            .from = {.lat = 28.1, .lon = 119.61},
            .until = {.lat = 28.1, .lon = 120.19},
            // Terminals tell whole seconds.
            .first_at = std::chrono::floor<std::chrono::seconds>(begun) - std::chrono::hours{1}};
    }

    /// Reports for `time` while `harm` does its worst on this thread; waits for the last answers
    /// and audits. What goes wrong in `harm` or in the fleet is thrown here. The clerks file in the
    /// first of several such times.
    template <class Harm>
    Ledger report_during(std::chrono::seconds time, Harm harm) {
        load.measured = time;
        simulators::LoadFleet fleet{load, [](const std::string&) {}};
        fleet.connect();
        if (!desks_) desks_.emplace(desks_plan());
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
        longest_wait_ms_ = fleet.outcome().latencies.longest_ms();
        drained_s_ = fleet.outcome().drained_s;
        desks_->finish();
        if (fault) std::rethrow_exception(fault);
        return audit(fleet, database.conninfo("liuhen_owner"));
    }
    /// Of the last time: the longest that an answer took, those before its end only.
    [[nodiscard]] double longest_wait_ms() const { return longest_wait_ms_; }
    /// Of the last time: from its end to the last answer.
    [[nodiscard]] double seconds_to_drain() const { return drained_s_; }
    /// After the first time: who filed.
    [[nodiscard]] const Desks& desks() const { return *desks_; }

    static constexpr std::uint64_t first_number = 13'800'000'000;

    ScratchDatabase database;
    const Instant begun;
    simulators::LoadPlan load;  ///< may be changed between two times

private:
    struct Trade {
        std::string token;
        nlohmann::json form;
    };
    static Trade trade_of(const ScratchDatabase& database, std::size_t terminals) {
        const Valley valley{database};
        // More than all will ask for.
        database.sql("UPDATE quotas SET limit_g = 1000000000000");
        database.sql(fleet_rows(terminals, first_number));
        return {valley.tokens.at("producer"), valley.filing()};
    }
    [[nodiscard]] Desks::Plan desks_plan() const {
        return {.port = server.http(),
                .token = trade_.token,
                .form = [this] { return trade_.form; },
                .clerks = clerks_,
                .rest = std::chrono::milliseconds{50}};
    }
    const Trade trade_;
    const unsigned clerks_;
    double longest_wait_ms_ = 0, drained_s_ = 0;

public:
    ServerProcess server;

private:
    std::optional<Desks> desks_;  // goes before the server does
};

/// One line for people.
inline std::string in_words(const Ledger& ledger) {
    std::ostringstream text;
    text << ledger.acknowledged << " positions acknowledged, " << ledger.stored << " stored, "
         << ledger.lost_lines << " lines lost, " << ledger.unanswered << " unanswered; missing "
         << ledger.missing << ", doubled " << ledger.doubled << ", invented " << ledger.invented;
    return text.str();
}

}  // namespace liuhen::test
