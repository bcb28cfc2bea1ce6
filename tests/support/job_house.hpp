// Jobs asked for over HTTP and done in the test itself, so that it can look in between.
#pragma once

#include "server/jobs/worker.hpp"
#include "server/sheets/sheet.hpp"
#include "tests/support/drums.hpp"

#include <atomic>
#include <string>
#include <vector>

namespace liuhen::test {

class JobHouse : public Drums {
public:
    /// Asks for an import of this file; the job.
    Json import(const std::string& what, const std::string& file, const std::string& query = {},
                const std::string& role = "producer") const {
        const auto reply = as(role).send("POST", "/v1/imports/" + what + query, file,
                                         {{"Content-Type", "application/octet-stream"}});
        INFO(reply.body);
        REQUIRE(reply.status == 202);
        return reply.json();
    }
    /// The same, done to its end.
    Json imported(const std::string& what, const std::string& file, const std::string& query = {},
                  const std::string& role = "producer") {
        const auto job = import(what, file, query, role);
        while (worker.do_next()) {
        }
        return job_of(role, job);
    }
    Json job_of(const std::string& role, const Json& job) const {
        return read(role, "/v1/jobs/" + job["id"].get<std::string>());
    }
    Json rows_of(const Json& job, const std::string& query = "?outcome=REFUSED&limit=200") const {
        return read("producer",
                    "/v1/jobs/" + job["id"].get<std::string>() + "/rows" + query)["items"];
    }

    Json ask(const std::string& role, const std::string& what,
             const Json& how = Json::object()) const {
        const auto reply = as(role).post("/v1/registers/" + what, how);
        INFO(reply.body);
        REQUIRE(reply.status == 202);
        return reply.json();
    }
    /// A register done to its end, and fetched by a link.
    std::string made(const std::string& role, const std::string& what, const Json& how) {
        const auto job = ask(role, what, how);
        while (worker.do_next()) {
        }
        const auto done = job_of(role, job);
        INFO(done.dump());
        REQUIRE(done["state"] == "DONE");
        const auto file = house.web().get(link(role, job)["path"].get<std::string>());
        REQUIRE(file.status == 200);
        CHECK(static_cast<long>(file.body.size()) == done["file"]["size"].get<long>());
        CHECK(server::sha256_hex(file.body) == done["file"]["sha256"]);
        return file.body;
    }
    Json link(const std::string& role, const Json& job, const Json& body = Json::object()) const {
        return enter(role, "/v1/jobs/" + job["id"].get<std::string>() + "/links", body);
    }

    server::Clock clock;
    std::atomic<bool> stopping = false;
    server::jobs::Worker worker{database.conninfo(), clock, stopping};
};

/// The cells of a CSV or XLSX.
inline std::vector<std::vector<std::string>> cells_of(const std::string& file) {
    namespace sheets = server::sheets;
    std::vector<std::vector<std::string>> rows;
    sheets::SheetLimits limits;
    limits.rows = 200'000;
    limits.packed_ratio = 10'000;
    limits.unpacked_bytes *= 10;
    const auto take = [&rows](const sheets::Row& row) {
        auto& cells = rows.emplace_back();
        for (const auto& cell : row.cells) cells.push_back(cell.text);
    };
    const bool marked = file.starts_with("\xEF\xBB\xBF");
    const auto read = sheets::is_zip(file)
                          ? sheets::read_xlsx(file, limits, take)
                          : sheets::read_csv(file.substr(marked ? 3 : 0), limits, take);
    REQUIRE(read);
    return rows;
}

}  // namespace liuhen::test
