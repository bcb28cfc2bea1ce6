// Media and documents in the journal: once each, with their turn, and alone when they are bad.
#include "server/media.hpp"

#include "server/crypto.hpp"
#include "server/database.hpp"
#include "server/journal.hpp"
#include "server/papers.hpp"
#include "telematics/text.hpp"
#include "tests/support/fleet_rows.hpp"
#include "tests/support/photos.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>

#include <future>
#include <thread>

using namespace liuhen;
using namespace liuhen::server;
using namespace std::chrono_literals;
using telematics::jtt808::Waybill;

namespace {

const Instant noon = *parse_iso("2026-03-01T12:00:00Z");

// A journal with a thread to await it on.
struct Desk {
    explicit Desk(const std::string& conninfo)
        : journal(conninfo_as(conninfo, "liuhen_core"), metrics, health, nullptr) {}
    ~Desk() {
        journal.stop(5s);
        work.reset();
        thread.join();
    }
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;
    std::future<Stored> append(store::Entry entry) {
        return asio::co_spawn(io, journal.append(std::move(entry)), asio::use_future);
    }
    asio::io_context io;
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    std::thread thread{[this] { io.run(); }};
    Metrics metrics;
    Health health;
    Journal journal;
};

KnownTerminal terminal_one() {
    KnownTerminal terminal;
    terminal.key = 1;
    terminal.enrolled.terminal = {"13900000001"};
    return terminal;
}

// What one turn with these comes to, received at `received`.
store::Entry entry_of(std::vector<telematics::Medium> media,
                      std::vector<telematics::Document> documents = {}, Instant received = noon) {
    telematics::Turn turn;
    turn.media = std::move(media);
    turn.documents = std::move(documents);
    store::Entry entry;
    add_papers(entry, turn, terminal_one(), "127.0.0.1", received);
    return entry;
}

int count(const test::ScratchDatabase& database, const std::string& table) {
    return database.value<int>("SELECT count(*) FROM " + table);
}

telematics::Medium undated(telematics::Medium medium) {
    medium.undated = true;
    return medium;
}
telematics::Document undated(telematics::Document document, std::uint16_t serial) {
    document.undated = true;
    document.serial = serial;
    return document;
}

}  // namespace

TEST_CASE("a medium is stored whole under the hash of its bytes") {
    const test::ScratchDatabase database;
    Desk desk{database.conninfo()};
    const auto bytes = test::jpeg(max_medium_bytes);
    desk.append(entry_of({test::photo(noon - 5s, bytes, 77)})).get();
    const auto row = database
                         .sql(
                             "SELECT encode(m.sha256, 'hex') AS sha, encode(b.bytes, 'hex') "
                             "AS hex, m.* FROM media m JOIN media_bytes b USING (sha256)")
                         .at(0);
    const std::string text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    CHECK(row["sha"].as<std::string>() == sha256_hex(text));
    CHECK(row["hex"].as<std::string>() == telematics::to_hex(bytes));
    CHECK(row["size"].as<std::size_t>() == max_medium_bytes);
    CHECK(row["number"].as<int>() == 77);
    CHECK(row["found"].as<std::string>() == "jpeg");
    CHECK(row["lat"].as<int>() == 281'000'000);
}

TEST_CASE("equal bytes are stored once, whoever sends them, each taking beside them") {
    const test::ScratchDatabase database;
    Desk desk{database.conninfo()};
    const auto bytes = test::jpeg(2'000);
    auto other = entry_of({test::photo(noon, bytes)});
    other.media.front().terminal_key = 2;
    desk.append(entry_of({test::photo(noon, bytes, 1), test::photo(noon, bytes, 2)})).get();
    desk.append(std::move(other)).get();
    CHECK(count(database, "media") == 3);
    CHECK(count(database, "media_bytes") == 1);
}

TEST_CASE("a medium sent again is stored once, with a time or without") {
    const test::ScratchDatabase database;
    Desk desk{database.conninfo()};
    const auto dated = test::photo(noon - 1min, test::jpeg(500));
    const auto clockless = undated(test::photo(noon, test::jpeg(500, 2)));
    for (const auto received : {noon, noon + 30s, noon + 2h})
        desk.append(entry_of({dated, clockless}, {}, received)).get();
    CHECK(count(database, "media") == 2);
    CHECK(count(database, "media WHERE device_at IS NULL AND at = received_at") == 1);
}

TEST_CASE("a time that cannot be is kept, and the receipt counts instead") {
    const test::ScratchDatabase database;
    Desk desk{database.conninfo()};
    const auto old = test::photo(*parse_iso("2000-01-01T00:00:00Z"), test::jpeg(500));
    desk.append(entry_of({old})).get();
    CHECK(count(database, "media WHERE device_at < '2001-01-01Z' AND at = received_at") == 1);
}

TEST_CASE("a document without a time is told from its repeat by its serial, within a day") {
    const test::ScratchDatabase database;
    Desk desk{database.conninfo()};
    const auto paper = test::document(noon, Waybill{.content = "load"});
    desk.append(entry_of({}, {undated(paper, 5), undated(paper, 5)})).get();
    desk.append(entry_of({}, {undated(paper, 5)}, noon + 1min)).get();
    CHECK(count(database, "documents") == 1);
    desk.append(entry_of({}, {undated(paper, 6)}, noon + 1min)).get();
    desk.append(entry_of({}, {undated(paper, 5)}, noon + 24h)).get();
    CHECK(count(database, "documents") == 3);
}

TEST_CASE("a document with a time is stored once whatever its serial") {
    const test::ScratchDatabase database;
    Desk desk{database.conninfo()};
    auto paper = test::document(noon, test::card("Wang Jun", "C-1"));
    desk.append(entry_of({}, {paper})).get();
    paper.serial = 99;
    desk.append(entry_of({}, {paper}, noon + 1h)).get();
    CHECK(count(database, "documents") == 1);
    CHECK(database.value<std::string>("SELECT content ->> 'driver' FROM documents") == "Wang Jun");
}

TEST_CASE("what is larger than is kept goes to quarantine, its first bytes only") {
    const test::ScratchDatabase database;
    Desk desk{database.conninfo()};
    auto entry = entry_of(
        {test::photo(noon, test::jpeg(max_medium_bytes + 1)), test::photo(noon, test::jpeg(100))});
    desk.append(std::move(entry)).get();
    CHECK(count(database, "media") == 1);
    const auto row = database.sql("SELECT * FROM quarantine").at(0);
    CHECK(row["fault"].as<std::string>() == "medium_too_large");
    CHECK(row["number"].as<std::string>() == "13900000001");
    CHECK(database.value<int>("SELECT octet_length(bytes) FROM quarantine") == 4'096);
}

TEST_CASE("a row that no table takes is put aside alone") {
    const test::ScratchDatabase database;
    Desk desk{database.conninfo()};
    auto entry = entry_of(
        {test::photo(noon, test::jpeg(100, 1), 1), test::photo(noon, test::jpeg(100, 2), 2)},
        {test::document(noon, Waybill{.content = "load"})});
    entry.media.front().bytes.resize(max_medium_bytes + 1);
    entry.documents.front().edition = 7;
    desk.append(std::move(entry)).get();
    CHECK(count(database, "media") == 1);
    CHECK(count(database, "documents") == 0);
    CHECK(count(database, "quarantine WHERE fault = 'medium_refused'") == 1);
    CHECK(count(database, "quarantine WHERE fault = 'document_refused'") == 1);
}

TEST_CASE("an entry whose commit was not heard of is written again without doubling") {
    const test::ScratchDatabase database;
    auto paper = undated(test::document(noon, Waybill{.content = "load"}), 5);
    const auto entry = entry_of({undated(test::photo(noon, test::jpeg(100)))}, {paper});
    const store::Entry* pointer = &entry;
    store::BatchWriter writer{database.conninfo("liuhen_core")};
    using store::Way;
    for (const Way way : {Way::first, Way::again, Way::over, Way::first})
        CHECK(writer.write({&pointer, 1}, way).verdict == store::Written::Verdict::done);
    CHECK(count(database, "media") == 1);
    CHECK(count(database, "documents") == 1);
}

TEST_CASE("after a connection lost in the middle nothing is stored twice or lost") {
    const test::ScratchDatabase database;
    Desk desk{database.conninfo()};
    std::vector<std::future<Stored>> all;
    for (unsigned i = 1; i <= 200; ++i) {
        auto paper = undated(test::document(noon, Waybill{.content = std::to_string(i)}),
                             static_cast<std::uint16_t>(i));
        all.push_back(
            desk.append(entry_of({test::photo(noon, test::jpeg(20'000, i), i)}, {paper})));
        if (i % 20 != 0) continue;
        database.sql_as(
            "liuhen_core",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = "
            "current_user AND datname = current_database() AND pid <> pg_backend_pid()");
    }
    for (auto& one : all) CHECK_NOTHROW(one.get());
    CHECK(count(database, "media") == 200);
    CHECK(count(database, "media_bytes") == 200);
    CHECK(count(database, "documents") == 200);
}

TEST_CASE("a transaction ends before its bytes are too many, and all are stored") {
    const test::ScratchDatabase database;
    Desk desk{database.conninfo()};
    std::vector<std::future<Stored>> all;
    for (unsigned i = 1; i <= 12; ++i)
        all.push_back(desk.append(entry_of({test::photo(noon, test::jpeg(1'500'000, i), i)})));
    for (auto& one : all) CHECK_NOTHROW(one.get());
    CHECK(count(database, "media") == 12);
    const auto most = database.value<int>(
        "SELECT max(n) FROM (SELECT count(*) AS n FROM media GROUP BY xmin::text) t");
    CHECK(most <= 5);  // of 1.5 MB each within 8 MiB
}
