// Transactions that are committed together: what each of them does and fails to do stays its own.
#include "server/group_commit.hpp"

#include "tests/support/scratch_db.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <future>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace liuhen;
using namespace liuhen::server;
using namespace std::chrono_literals;
using test::ScratchDatabase;

struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// A table to write in, and a line whose groups form for certain: the first entry is at work, alone,
// until all the others stand in line behind it.
class Line {
public:
    Line() {
        database.sql(
            "CREATE TABLE notes (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, said text,"
            " transaction text DEFAULT pg_current_xact_id()::text);"
            " CREATE TABLE tries (id int); GRANT ALL ON notes, tries TO liuhen_http");
    }

    // Stands one more in the line; who he is, is the text of his division.
    void add(std::function<void(pqxx::work&)> work, std::string division = "44") {
        auto entry = std::make_shared<GroupCommit::Entry>();
        auto resumed = std::make_shared<std::promise<void>>();
        Identity who;
        who.role = "regulator";
        who.division = std::move(division);
        *entry = {who, pool.patience_ends(), std::move(work), [resumed] { resumed->set_value(); },
                  nullptr};
        entries_.push_back({entry, resumed->get_future()});
        line.add(std::move(entry));
    }
    // The first entry: whoever is added from now on is of a later group, until let_go().
    void hold() {
        add([this, opened = gate_.get_future().share()](pqxx::work&) {
            if (!held_.exchange(true)) at_work_.set_value();
            opened.wait();
        });
        REQUIRE(at_work_.get_future().wait_for(30s) == std::future_status::ready);
    }
    void let_go() { gate_.set_value(); }
    // The fault of each entry but the first, once all are through.
    std::vector<std::string> run(std::vector<std::function<void(pqxx::work&)>> works) {
        hold();
        for (auto& work : works) add(std::move(work));
        let_go();
        return faults();
    }
    std::vector<std::string> faults() {
        std::vector<std::string> said;
        for (auto& [entry, resumed] : entries_) {
            REQUIRE(resumed.wait_for(30s) == std::future_status::ready);
            said.push_back(fault_of(*entry));
        }
        said.erase(said.begin());
        return said;
    }
    [[nodiscard]] std::string notes() const {
        return database.value<std::string>(
            "SELECT coalesce(string_agg(id || ' ' || said, ', ' ORDER BY id), '') FROM notes");
    }

    ScratchDatabase database;
    ConnectionPool pool{conninfo_as(database.conninfo(), "liuhen_http"), 2, 20s};
    GroupCommit line{pool};

private:
    static std::string fault_of(const GroupCommit::Entry& entry) {
        if (!entry.fault) return {};
        try {
            std::rethrow_exception(entry.fault);
        } catch (const Refused& refused) {
            return std::string{"refused: "} + refused.what();
        } catch (const DatabaseDown&) {
            return "down";
        } catch (const pqxx::sql_error& fault) {
            return fault.sqlstate();
        }
    }
    struct Standing {
        std::shared_ptr<GroupCommit::Entry> entry;
        std::future<void> resumed;
    };
    std::vector<Standing> entries_;
    std::promise<void> gate_;
    std::promise<void> at_work_;
    std::atomic<bool> held_ = false;
};

auto note(int id, const std::string& said) {
    return [=](pqxx::work& db) {
        db.exec_params0("INSERT INTO notes (id, said) VALUES ($1::int, $2)", std::to_string(id),
                        said);
    };
}

TEST_CASE("entries that wait together are committed in one transaction") {
    Line line;
    CHECK(line.run({note(1, "a"), note(2, "b"), note(3, "c")}) ==
          std::vector<std::string>{"", "", ""});
    CHECK(line.notes() == "1 a, 2 b, 3 c");
    CHECK(line.database.value<int>("SELECT count(DISTINCT transaction) FROM notes") == 1);
}

TEST_CASE("what an entry of a group is refused for leaves the others' work alone") {
    Line line;
    const auto faults = line.run({note(1, "a"),
                                  [](pqxx::work& db) {
                                      note(2, "undone")(db);
                                      throw Refused{"by itself"};
                                  },
                                  [](pqxx::work& db) {
                                      note(3, "undone")(db);
                                      db.exec("SELECT 1 / 0");
                                  },
                                  note(4, "d")});
    CHECK(faults == std::vector<std::string>{"", "refused: by itself", "22012", ""});
    CHECK(line.notes() == "1 a, 4 d");
}

TEST_CASE("each entry of a group is done as who it is") {
    Line line;
    line.hold();
    const auto write_who = [](int id) {
        return [id](pqxx::work& db) {
            db.exec_params0(
                "INSERT INTO notes (id, said) VALUES ($1::int,"
                " current_setting('liuhen.division'))",
                std::to_string(id));
        };
    };
    line.add(write_who(1), "4401");
    line.add([](pqxx::work&) { throw Refused{"on the way"}; }, "5101");
    line.add(write_who(3), "");
    line.add(write_who(4), "3205");
    line.let_go();
    CHECK(line.faults() == std::vector<std::string>{"", "refused: on the way", "", ""});
    CHECK(line.notes() == "1 4401, 3 , 4 3205");
}

TEST_CASE("a group whose connection is lost is done again, and each entry once") {
    Line line;
    bool lost = false;
    const auto faults = line.run({note(1, "a"),
                                  [&lost](pqxx::work& db) {
                                      note(2, "b")(db);
                                      if (!std::exchange(lost, true))
                                          db.exec("SELECT pg_terminate_backend(pg_backend_pid())");
                                  },
                                  note(3, "c")});
    CHECK(lost);
    CHECK(faults == std::vector<std::string>{"", "", ""});
    CHECK(line.notes() == "1 a, 2 b, 3 c");
}

TEST_CASE("a deadlock is the fault of nobody: the entry is done again by itself") {
    Line line;
    int tries = 0;
    const auto faults = line.run({note(1, "a"), [&tries](pqxx::work& db) {
                                      note(2, "b")(db);
                                      if (++tries == 1)
                                          db.exec(
                                              "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = "
                                              "'deadlock_detected'; END $$");
                                  }});
    CHECK(tries == 2);
    CHECK(faults == std::vector<std::string>{"", ""});
    CHECK(line.notes() == "1 a, 2 b");
}

TEST_CASE("an entry that would wait for a lock waits outside the line") {
    Line line;
    pqxx::connection holder{line.database.conninfo("liuhen_http")};
    pqxx::work held{holder};
    held.exec("SELECT pg_advisory_xact_lock(7)");
    line.hold();
    line.add([](pqxx::work& db) {
        if (is_shared(db)) throw WaitsAlone{};
        db.exec("SELECT pg_advisory_xact_lock(7)");
        note(1, "waited")(db);
    });
    line.add(note(2, "b"));
    line.let_go();
    for (int i = 0; i < 100 && line.notes() != "2 b"; ++i) std::this_thread::sleep_for(50ms);
    CHECK(line.notes() == "2 b");
    line.add(note(3, "c"));  // whoever comes next does not wait either
    for (int i = 0; i < 100 && line.notes() != "2 b, 3 c"; ++i) std::this_thread::sleep_for(50ms);
    CHECK(line.notes() == "2 b, 3 c");
    held.commit();
    CHECK(line.faults() == std::vector<std::string>{"", "", ""});
    CHECK(line.notes() == "1 waited, 2 b, 3 c");
}

TEST_CASE("a commit that is refused falls on an entry that is the cause") {
    Line line;
    const auto faults = line.run({note(1, "a"), note(2, "b"), note(2, "b"), note(3, "c")});
    CHECK(faults.front().empty());
    CHECK(faults.back().empty());
    // Done again side by side, either of the two may be the second.
    CHECK(std::multiset<std::string>{faults[1], faults[2]} ==
          std::multiset<std::string>{"", "23505"});
    CHECK(line.notes() == "1 a, 2 b, 3 c");
}

TEST_CASE("a database that ends a statement is down for that entry only") {
    Line line;
    const auto faults = line.run({note(1, "a"),
                                  [](pqxx::work& db) {
                                      db.exec("SET LOCAL statement_timeout = 50");
                                      db.exec("SELECT pg_sleep(30)");
                                  },
                                  note(3, "c")});
    CHECK(faults == std::vector<std::string>{"", "down", ""});
    CHECK(line.notes() == "1 a, 3 c");
}

}  // namespace
