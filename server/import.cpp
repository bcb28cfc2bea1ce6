#include "server/import.hpp"

#include "server/clock.hpp"
#include "server/database.hpp"
#include "server/days.hpp"
#include "server/list_files.hpp"
#include "server/tools/replay_csv.hpp"

#include <pqxx/pqxx>

#include <filesystem>
#include <ostream>

namespace liuhen::server {
namespace {

constexpr std::size_t most_told = 100;  ///< faults; the rest is counted

int tell(const FileFaults& faults, std::ostream& err) {
    for (std::size_t i = 0; i < std::min(faults.size(), most_told); ++i) err << faults[i] << '\n';
    if (faults.size() > most_told) err << "and " << faults.size() - most_told << " more\n";
    err << "nothing was imported\n";
    return 1;
}

int wrong_usage(std::ostream& err, std::string_view why) {
    err << "liuhen import: " << why << '\n';
    return 2;
}

std::optional<EditionTerms> read_terms(const Invocation& asked) {
    const auto from = parse_day(asked.valid_from);
    const auto to = parse_day(asked.valid_to);
    const bool bounded = !asked.valid_to.empty();
    if (!is_edition(asked.edition) || !from || (bounded && (!to || *to < *from)))
        return std::nullopt;
    return EditionTerms{asked.edition, *from, to};
}

// One transaction, with what an import leaves as its origin.
template <class Work>
void as_owner(const Invocation& asked, Work work) {
    pqxx::connection connection{conninfo_as(asked.config.database, "liuhen_owner")};
    pqxx::work transaction{connection};
    work(transaction, store::Origin{std::filesystem::path{asked.file}.filename().string(),
                                    "command line", Clock{asked.config.demo_clock}.now()});
    transaction.commit();
}

}  // namespace

int import_waste_list(const Invocation& asked, std::ostream& out, std::ostream& err) {
    const auto terms = read_terms(asked);
    if (!terms) {
        return wrong_usage(err,
                           "--edition has 1-20 of 0-9 A-Z a-z . _ -, --from and --to are days "
                           "YYYY-MM-DD in order");
    }
    const auto text = replay::read_file(asked.file);
    if (!text) return tell({text.error()}, err);
    const auto list = read_list_file(asked.file, *text, *terms);
    if (!list) return tell(list.error(), err);
    as_owner(asked, [&](pqxx::work& db, const store::Origin& origin) {
        const auto outcome = store::import_list(db, *list, origin);
        out << code(list->kind) << ' ' << list->edition << ": "
            << list->codes.size() + list->exemptions.size() << " entries, " << code(outcome)
            << '\n';
    });
    return 0;
}

int import_calendar(const Invocation& asked, std::ostream& out, std::ostream& err) {
    const auto text = replay::read_file(asked.file);
    if (!text) return tell({text.error()}, err);
    const auto years = read_calendar_file(asked.file, *text);
    if (!years) return tell(years.error(), err);
    as_owner(asked, [&](pqxx::work& db, const store::Origin& origin) {
        for (const auto& [year, days] : *years) {
            const auto outcome = store::import_calendar(db, year, days, origin);
            out << year << ": " << days.size() << " days, " << code(outcome) << '\n';
        }
    });
    return 0;
}

}  // namespace liuhen::server
