// The simulated store: what PostgreSQL promises, and every way in which it keeps one waiting.
#pragma once

#include "manifest/lifecycle.hpp"
#include "manifest/quotas.hpp"
#include "server/store/batch.hpp"
#include "simulators/chance.hpp"
#include "telematics/turn.hpp"
#include "tests/world/bug.hpp"
#include "tests/world/schedule.hpp"

#include <compare>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace liuhen::world {

namespace store = server::store;

/// Asked of a database that is away, or went away before it answered: done or not.
struct DatabaseDown : std::runtime_error {
    using std::runtime_error::runtime_error;
};
/// The server that asked is no more.
struct Crashed {};

struct ObservationKey {
    std::int32_t terminal{};
    Instant at;
    std::int16_t kind{};
    std::int64_t hash{};
    friend auto operator<=>(const ObservationKey&, const ObservationKey&) = default;
};
ObservationKey key_of(const store::ObservationRow& row);

struct AlertKey {
    std::string alert;
    std::int32_t revision{};
    friend auto operator<=>(const AlertKey&, const AlertKey&) = default;
};

/// An event of a manifest's history, with all that it was decided on.
struct HistoryRow {
    manifest::Request request;
    manifest::Facts facts;
    std::uint32_t version{};
    std::string row;
};
struct QuotaEntry {
    std::int64_t quota{};
    ManifestId of;
    std::uint8_t line_no{};
    Grams weight;  ///< held more or, negative, less
};

/// What is committed.
struct Tables {
    std::map<ObservationKey, std::vector<store::ObservationRow>> observations;
    std::vector<store::QuarantineRow> quarantine;
    std::map<AlertKey, store::AlertRow> alerts;
    std::vector<AlertKey> feed_pending;
    std::map<std::int64_t, AlertKey> feed;
    std::map<std::string, telematics::Registered> registered;
    std::map<std::string, manifest::Manifest> manifests;
    std::map<std::string, std::vector<HistoryRow>> history;
    std::vector<manifest::QuotaRow> quotas;
    std::vector<QuotaEntry> quota_entries;

    /// As number_new_alerts of server/store.
    void number_new_alerts();
};

/// How it treats whoever asks; changed as the story goes.
struct Weather {
    Duration slowest{20};  ///< half of a transaction takes so long at most
    double cut = 0;        ///< a line breaks in a transaction
    bool full = false;     ///< nothing can be written
};

class Database {
public:
    Database(Schedule& schedule, simulators::Chance chance, Bug bug)
        : schedule_(schedule), chance_(chance), bug_(bug) {}

    /// A connection of the journal.
    struct Link {
        std::optional<std::uint64_t> life;  ///< of the database that it was made with
    };
    /// As BatchWriter::write; blocks. Throws Crashed when `alive` has become false.
    store::Written write(Link& link, const bool& alive,
                         std::span<const store::Entry* const> entries, store::Way way,
                         store::End end);

    /// `work` on the tables, at once or not at all; a later DatabaseDown says nothing of it.
    template <class Work>
    awaitable<std::invoke_result_t<Work&, Tables&>> transact(Work work) {
        auto begin = sleep_for(schedule_, take());
        co_await std::move(begin);
        if (!up_ || full_or_cut()) throw DatabaseDown{"away"};
        const auto life = life_;
        auto result = work(tables);
        auto end = sleep_for(schedule_, take());
        co_await std::move(end);
        if (life != life_ || is_cut()) throw DatabaseDown{"outcome unknown"};
        co_return result;
    }

    /// The lock of the one server: true when `server` has it from now on, or has it still.
    bool try_tenancy(int server);
    void end_tenancy(int server);

    void crash();
    void start() { up_ = true; }
    [[nodiscard]] bool is_up() const { return up_; }

    Tables tables;
    Weather weather;
    /// One observation of so many is refused as bad data; 0: none.
    std::uint64_t poison_one_of = 0;
    [[nodiscard]] bool is_poison(const store::ObservationRow& row) const;
    std::size_t lost_after_commit = 0;   ///< transactions that were stored and not said so
    std::size_t lost_before_commit = 0;  ///< and those that were not

private:
    using Verdict = store::Written::Verdict;
    Duration take();
    bool is_cut();
    bool full_or_cut() { return weather.full || is_cut(); }
    store::Written judge(const std::vector<const store::ObservationRow*>& rows,
                         const std::vector<const store::AlertRow*>& alerts, store::Way way);
    void apply(std::span<const store::Entry* const> entries, store::Way way,
               store::Written& written, std::int64_t early_no);

    Schedule& schedule_;
    simulators::Chance chance_;
    Bug bug_;
    bool up_ = true;
    std::uint64_t life_ = 1;
    std::optional<int> tenant_;
    std::int64_t next_early_no_ = 1;
};

}  // namespace liuhen::world
