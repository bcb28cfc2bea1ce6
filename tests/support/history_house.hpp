// A few manifests with their history, signed lists beside it, and the verifier's word on all that.
#pragma once

#include "server/history/anchors.hpp"
#include "server/tools/verify.hpp"
#include "tests/support/http_house.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <set>
#include <string>

namespace liuhen::test {

class HistoryHouse {
public:
    HistoryHouse() {
        std::string pattern = "/tmp/lh-history-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"mkdtemp"};
        folder_ = pattern;
    }
    ~HistoryHouse() { std::filesystem::remove_all(folder_); }
    HistoryHouse(const HistoryHouse&) = delete;
    HistoryHouse& operator=(const HistoryHouse&) = delete;

    /// A manifest as far as the carrier's acceptance: three records.
    [[nodiscard]] std::string accepted() const {
        const std::string id = valley.draft();
        if (valley.act("producer", id, "submit").status != 200) throw std::runtime_error{"submit"};
        return id;
    }
    [[nodiscard]] std::string anchors() const { return folder_ / "anchors"; }
    [[nodiscard]] std::unique_ptr<server::history::AnchorKeeper> keeper() const {
        return std::make_unique<server::history::AnchorKeeper>(
            valley.database.conninfo("liuhen_core"), anchors(),
            server::history::key_beside(anchors()), clock_);
    }
    /// Lists what waits, as each minute does.
    server::history::AnchorKeeper::Written anchor() const { return keeper()->write(); }

    enum class Against : std::uint8_t { folder, database };
    [[nodiscard]] server::verify::Report verify(Against against = Against::folder,
                                                const std::string& manifest = {}) const {
        struct : server::verify::Progress {
            void at(const server::verify::Report&) override {}
        } silent;
        server::verify::Options options;
        options.database = valley.database.conninfo();
        options.manifest = manifest;
        if (against == Against::folder) options.anchors = anchors();
        return server::verify::verify(options, silent);
    }
    /// The names of the faults found, each once.
    static std::set<std::string> faults(const server::verify::Report& report) {
        std::set<std::string> names;
        for (const auto& one : report.findings) names.emplace(code(one.fault));
        return names;
    }
    /// The one finding of a kind.
    static server::verify::Finding finding(const server::verify::Report& report,
                                           server::verify::Fault fault) {
        for (const auto& one : report.findings) {
            if (one.fault == fault) return one;
        }
        throw std::runtime_error{"not found: " + std::string{code(fault)}};
    }
    /// Changes the database as its owner can: triggers and keys stand in nobody's way.
    void tamper(const std::string& statements) const {
        valley.database.sql(
            "ALTER TABLE manifest_events DROP CONSTRAINT IF EXISTS"
            " manifest_events_manifest_id_fkey; ALTER TABLE history_heads DROP CONSTRAINT IF EXISTS"
            " history_heads_number_fkey; " +
            statements);
    }

    Valley valley;

private:
    std::filesystem::path folder_;
    server::Clock clock_;
};

}  // namespace liuhen::test
