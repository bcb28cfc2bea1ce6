// A register or declaration: rows as the asker sees them, page by page, into a file.
#include "server/days.hpp"
#include "server/jobs/piece_shelf.hpp"
#include "server/jobs/register_form.hpp"
#include "server/jobs/register_specs.hpp"
#include "server/jobs/worker.hpp"
#include "server/store/declarations.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace liuhen::server::jobs {
namespace {

using nlohmann::json;
using sheets::Kind;

std::string day_in_china(Instant at) {
    return to_text(std::chrono::floor<std::chrono::days>(at + china_standard_time));
}

std::unique_ptr<sheets::Writer> writer_of(const RegisterAsked& asked,
                                          std::span<const sheets::Heading> headings,
                                          std::string_view title, PieceShelf& shelf) {
    auto put = [&shelf](std::string_view piece) { shelf.put(piece); };
    if (asked.format == "csv") return sheets::csv_writer(headings, put);
    return sheets::xlsx_writer(headings, std::string{title}, put);
}

Outcome made(const RegisterAsked& asked, PieceShelf& shelf, const std::string& name, Instant now) {
    constexpr const char* xlsx =
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    const bool csv = asked.format == "csv";
    return {"DONE", "[]",
            store::MadeFile{name + '.' + asked.format, csv ? "text/csv; charset=utf-8" : xlsx,
                            shelf.sha256(), shelf.size(), now + files_kept}};
}

/// One register on its way: `cursor` is that of the last row.
class Listing {
public:
    Listing(Worker& worker, const store::Job& job, const Identity& asker)
        : worker_(worker),
          job_(job),
          asker_(asker),
          asked_(register_asked(json::parse(job.asked))),
          spec_(*register_spec(job.subject)),
          page_sql_(page_statement(spec_)),
          cursor_(spec_.beginning) {}

    Outcome run() {
        const auto total = count();
        if (total > most_register_rows)
            return {"FAILED", fault_text("TOO_MANY_ROWS", std::to_string(most_register_rows))};
        tell(total);
        PieceShelf shelf{worker_, job_};
        const bool zh = asked_.language == Language::chinese;
        const auto names = headings(spec_.columns, asked_.language);
        const auto writer = writer_of(asked_, names, zh ? spec_.title_zh : spec_.title, shelf);
        for (bool more = true; more;) {
            if (worker_.is_cancelled(job_)) return {"CANCELLED"};
            if (!worker_.asker_of(job_)) return {"FAILED", fault_text("ASKER_GONE")};
            more = add_page(*writer);
            tell(std::nullopt);
        }
        writer->finish();
        return made(asked_, shelf, fmt::format("{}-{}", spec_.subject, day_in_china(worker_.now())),
                    worker_.now());
    }

private:
    pqxx::result ask(pqxx::work& db, const std::string& sql, std::size_t limit) const {
        return db.exec_params(sql, cursor_, asked_.from, asked_.until, asked_.state, asked_.party,
                              asked_.side, std::to_string(limit));
    }

    std::size_t count() {
        return worker_.as_asker(asker_, [this](pqxx::work& db) {
            const auto counted = ask(db, count_statement(spec_), most_register_rows + 1);
            return counted.at(0).at(0).as<std::size_t>();
        });
    }

    void tell(std::optional<std::size_t> total) {
        worker_.as_core([&](pqxx::work& db) { store::tell_progress(db, job_.id, total, done_); });
    }

    // What came in since the count is taken too, up to the limit.
    bool add_page(sheets::Writer& writer) {
        const auto room = std::min(page_rows, most_register_rows - done_);
        const auto rows =
            worker_.as_asker(asker_, [&](pqxx::work& db) { return ask(db, page_sql_, room); });
        for (const auto& row : rows) {
            std::vector<std::string> cells;
            for (std::size_t i = 0; i < spec_.columns.size(); ++i)
                cells.push_back(cell(spec_.columns[i], row[static_cast<int>(i) + 1].c_str()));
            writer.add(cells);
        }
        if (rows.empty()) return false;
        cursor_ = rows.back()[0].c_str();
        done_ += static_cast<std::size_t>(rows.size());
        return static_cast<std::size_t>(rows.size()) == page_rows && done_ < most_register_rows;
    }

    [[nodiscard]] std::string cell(const RegisterColumn& column, const char* text) const {
        if (asked_.language == Language::english || column.chinese == nullptr) return text;
        return column.chinese(text);
    }

    Worker& worker_;
    const store::Job& job_;
    const Identity& asker_;
    const RegisterAsked asked_;
    const RegisterSpec& spec_;
    const std::string page_sql_;
    std::string cursor_;
    std::size_t done_ = 0;  // rows
};

// ---- Declarations ----

constexpr RegisterColumn declared_columns[] = {
    {"申报期间", "period", "", Kind::text, 0, 12},
    {"申报单位", "declarant", "", Kind::text, 0, 26},
    {"统一社会信用代码", "uscc", "", Kind::text, 0, 21},
    {"废物代码", "waste_code", "", Kind::text, 0, 13},
    {"期初贮存量（吨）", "opening_t", "", Kind::number, 6, 16},
    {"产生量（吨）", "produced_t", "", Kind::number, 6, 16},
    {"接受量（吨）", "received_t", "", Kind::number, 6, 16},
    {"退回量（吨）", "returned_t", "", Kind::number, 6, 16},
    {"移出量（吨）", "sent_t", "", Kind::number, 6, 16},
    {"利用处置量（吨）", "treated_t", "", Kind::number, 6, 16},
    {"分装合并增减（吨）", "regrouped_t", "", Kind::number, 6, 18},
    {"盘点更正（吨）", "corrected_t", "", Kind::number, 6, 16},
    {"期末贮存量（吨）", "closing_t", "", Kind::number, 6, 16},
};

// To the gram; HJ 1259 counts in tonnes.
std::string tonnes(Grams weight) {
    constexpr std::int64_t grams_a_tonne = 1'000'000;
    const auto size = std::abs(weight.value);
    return fmt::format("{}{}.{:06}", weight.value < 0 ? "-" : "", size / grams_a_tonne,
                       size % grams_a_tonne);
}

Outcome declare(Worker& worker, const store::Job& job, const Identity& asker) {
    const auto asked = register_asked(json::parse(job.asked));
    const auto period = manifest::custody::period_from_text(asked.period).value();
    const PartyId party{asked.party};
    store::Declarant who;
    const auto lines = worker.as_asker(asker, [&](pqxx::work& db) {
        who = store::declarant(db, party).value_or(store::Declarant{});
        const auto tallies =
            store::waste_tallies(db, party, manifest::custody::interval_of(period));
        return manifest::custody::declaration(tallies);
    });
    PieceShelf shelf{worker, job};
    const auto names = headings(declared_columns, asked.language);
    const bool zh = asked.language == Language::chinese;
    const auto writer = writer_of(asked, names, zh ? "申报" : "Declaration", shelf);
    for (const auto& line : lines) {
        std::vector<std::string> cells{asked.period, who.name, who.uscc, line.waste_code};
        for (const Grams weight :
             {line.opening, line.produced, line.received, line.returned, line.sent, line.treated,
              line.regrouped, line.corrected, line.closing})
            cells.push_back(tonnes(weight));
        writer->add(cells);
    }
    writer->finish();
    worker.as_core(
        [&](pqxx::work& db) { store::tell_progress(db, job.id, lines.size(), lines.size()); });
    return made(asked, shelf, "declaration-" + asked.period, worker.now());
}

}  // namespace

Outcome make_register(Worker& worker, const store::Job& job, const Identity& asker) {
    if (job.subject == "declaration") return declare(worker, job, asker);
    return Listing{worker, job, asker}.run();
}

}  // namespace liuhen::server::jobs
