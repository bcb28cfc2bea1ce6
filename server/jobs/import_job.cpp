// An import: the table is read whole, then each row is entered by the handler of its own route, in
// a transaction of its own (docs/decisions/044-imports.md).
#include "server/http/api.hpp"
#include "server/http/containers_api.hpp"
#include "server/http/faults_of_sql.hpp"
#include "server/http/routes.hpp"
#include "server/jobs/import_form.hpp"
#include "server/jobs/worker.hpp"
#include "server/log.hpp"
#include "server/sheets/charset.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace liuhen::server::jobs {
namespace {

using nlohmann::json;
using sheets::SheetFault;
using store::ImportedRow;

constexpr std::size_t rows_between_looks = 20;  ///< at whether the asker still may

struct Table {
    Heading heading;
    std::vector<sheets::Row> rows;
};
using Faulty = std::vector<SheetFault>;

Result<std::vector<sheets::Row>, Faulty> read_rows(const std::string& bytes,
                                                   const std::string& charset) {
    std::vector<sheets::Row> rows;
    const auto take = [&rows](sheets::Row row) { rows.push_back(std::move(row)); };
    const sheets::SheetLimits limits;
    if (sheets::is_zip(bytes)) {
        const auto read = sheets::read_xlsx(bytes, limits, take);
        if (!read) return fail(Faulty{read.error()});
        return rows;
    }
    const auto text = sheets::to_utf8(bytes, sheets::charset_from_name(charset));
    if (!text) return fail(Faulty{text.error()});
    const auto read = sheets::read_csv(*text, limits, take);
    if (!read) return fail(Faulty{read.error()});
    return rows;
}

Result<Table, Faulty> read_table(const std::string& subject, const std::string& bytes,
                                 const std::string& charset) {
    auto rows = read_rows(bytes, charset);
    if (!rows) return fail(std::move(rows.error()));
    if (rows->size() < 2) return fail(Faulty{{"EMPTY_FILE"}});
    auto heading = read_heading(subject, rows->front());
    if (!heading) return fail(std::move(heading.error()));
    rows->erase(rows->begin());
    return Table{*std::move(heading), *std::move(rows)};
}

// The handler of the route that enters one by one.
http::InTransaction handler_of(const std::string& subject) {
    return subject == "manifests" ? http::create_manifest : http::add_container;
}

http::Caller caller_of(const store::Job& job, const Identity& asker) {
    http::Caller caller;
    caller.role = manifest::role_from_code(asker.role).value_or(manifest::Role::system);
    caller.party = {asker.party};
    caller.token_id = job.token_id;
    caller.person = job.person;
    caller.division = asker.division;
    caller.rank = asker.rank == "admin" ? http::Rank::admin : http::Rank::member;
    caller.account = asker.account;
    caller.member = asker.member;
    return caller;
}

// The faults of a refused answer.
Faults faults_in(const http::Reply& reply) {
    const json problem = json::parse(reply.body);
    Faults faults;
    for (const auto& one : problem.at("errors"))
        faults.push_back({one.at("code"), one.at("pointer"), one.at("message"),
                          one.at("message_zh"), one.value("value", "")});
    if (faults.empty())
        faults.push_back(
            {problem.at("code"), "", problem.at("detail"), problem.at("title_zh"), ""});
    return faults;
}

// Thrown inside a row's transaction, to leave no trace of it.
struct Refused {
    Faults faults;
};
struct WouldBeFine {};

class Import {
public:
    Import(Worker& worker, const store::Job& job, const Identity& asker)
        : worker_(worker),
          job_(job),
          asker_(asker),
          caller_(caller_of(job, asker)),
          handler_(handler_of(job.subject)) {}

    Outcome run() {
        const json asked = json::parse(job_.asked);
        check_ = asked.value("check", false);
        auto input =
            worker_.as_core([this](pqxx::work& db) { return store::job_input(db, job_.id); });
        sha256_ = input.sha256;
        const auto table = read_table(job_.subject, input.bytes, asked.value("charset", ""));
        if (!table) return {"FAILED", told(table.error()).dump()};
        worker_.as_core(
            [&](pqxx::work& db) { store::tell_progress(db, job_.id, table->rows.size(), 0); });
        for (std::size_t i = 0; i < table->rows.size(); ++i) {
            worker_.look_up();
            if (i % rows_between_looks == 0 && i > 0 && !worker_.asker_of(job_))
                return {"FAILED", fault_text("ASKER_GONE")};
            enter(table->heading, table->rows[i]);
            if (cancelled_) return {"CANCELLED"};
        }
        return {"DONE"};
    }

private:
    void enter(const Heading& heading, const sheets::Row& row) {
        ImportedRow entry{static_cast<int>(row.number), {}, {}};
        try {
            return worker_.as_asker(asker_, [&](pqxx::work& db) { make(db, heading, row, entry); });
        } catch (const WouldBeFine&) {
            entry.outcome = "FINE";
        } catch (const Refused& refused) {
            refuse(entry, refused.faults, heading);
        } catch (const DatabaseDown&) {
            throw;
        } catch (const pqxx::broken_connection&) {
            throw;
        } catch (const pqxx::sql_error& error) {
            const auto reply = http::refusal_of(error);
            refuse(entry, reply ? faults_in(*reply) : unforeseen(error, entry), heading);
        } catch (const std::exception& error) {
            refuse(entry, unforeseen(error, entry), heading);
        }
        worker_.as_asker(asker_, [&](pqxx::work& db) { store::note_row(db, job_.id, entry); });
    }

    void make(pqxx::work& db, const Heading& heading, const sheets::Row& row, ImportedRow& entry) {
        // Waiting for the disk can wait for the end of the job: a row that a crash of the database
        // loses has lost its mark as well.
        db.exec0("SET LOCAL synchronous_commit = off");
        const auto standing = store::row_standing(db, job_.id, entry.number);
        cancelled_ = standing.cancelled;
        if (standing.cancelled || standing.judged) return;
        entry.made = store::made_before(db, job_.subject, sha256_, entry.number);
        if (!entry.made.empty()) {
            entry.outcome = "REPEATED";
            return store::note_row(db, job_.id, entry);
        }
        Faults faults;
        http::Call call;
        call.request.verb = http::Verb::post;
        call.request.body = form_of(db, heading, row, faults).dump();
        call.caller = caller_;
        call.now = worker_.now();
        const http::Reply reply = handler_(db, call);
        if (reply.refused()) add_to(faults, faults_in(reply));
        if (!faults.empty()) throw Refused{std::move(faults)};
        if (check_) throw WouldBeFine{};
        entry.outcome = "MADE";
        entry.made = json::parse(reply.body).at("id").get<std::string>();
        store::keep_made(db, job_, sha256_, entry);
        store::note_row(db, job_.id, entry);
    }

    // As one request that fails over HTTP harms no other.
    [[nodiscard]] Faults unforeseen(const std::exception& error, const ImportedRow& entry) const {
        log::error("jobs.row_failed",
                   {{"job", job_.id}, {"row", entry.number}, {"fault", error.what()}});
        return {fault("INTERNAL", "")};
    }

    // A field that could not be filled in is not missing as well.
    static void add_to(Faults& faults, Faults more) {
        for (auto& one : more) {
            const bool known =
                std::ranges::find(faults, one.pointer, &Fault::pointer) != faults.end();
            if (!known) faults.push_back(std::move(one));
        }
    }

    static void refuse(ImportedRow& entry, const Faults& faults, const Heading& heading) {
        entry.outcome = "REFUSED";
        entry.made.clear();
        entry.faults = told(faults, heading, static_cast<std::size_t>(entry.number)).dump();
    }

    Worker& worker_;
    const store::Job& job_;
    const Identity& asker_;
    http::Caller caller_;
    http::InTransaction handler_;
    std::string sha256_;
    bool check_ = false;
    bool cancelled_ = false;
};

}  // namespace

Outcome import(Worker& worker, const store::Job& job, const Identity& asker) {
    return Import{worker, job, asker}.run();
}

}  // namespace liuhen::server::jobs
