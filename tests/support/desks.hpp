// Producers at their desks, who file and submit while the server or its database breaks, and the
// audit of what they came to: each number once and none left out, each answer the first one, each
// state explained by its history, no quota half reserved.
#pragma once

#include "server/tools/verify.hpp"
#include "tests/support/quota_ledger.hpp"
#include "tests/support/web.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace liuhen::test {

/// Each clerk makes a draft and submits it, over and over, and asks again with the same key until
/// it is answered.
class Desks {
public:
    struct Plan {
        std::uint16_t port{};                  ///< of the server's HTTP
        std::string token;                     ///< of the producer
        std::function<nlohmann::json()> form;  ///< a filing that may be submitted
        unsigned clerks = 12;
        std::chrono::milliseconds rest{0};  ///< of a clerk between two filings
        std::chrono::seconds patience{60};  ///< until an answer that is one
    };
    /// What one submit came to, to be asked for again.
    struct Submitted {
        std::string path, key, body, no;
    };

    explicit Desks(Plan plan) : plan_(std::move(plan)) {
        for (unsigned i = 0; i < plan_.clerks; ++i) threads_.emplace_back([this, i] { work(i); });
    }
    ~Desks() { finish(); }
    Desks(const Desks&) = delete;
    Desks& operator=(const Desks&) = delete;

    /// Each clerk ends what he began.
    void finish() {
        stop_ = true;
        for (auto& thread : threads_) {
            if (thread.joinable()) thread.join();
        }
    }
    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] const std::vector<Submitted>& done() const { return done_; }
    /// Answers that none of them should have had.
    [[nodiscard]] const std::vector<std::string>& strange() const { return strange_; }

private:
    // The first answer that is one; the server may die before, while and after it answers.
    [[nodiscard]] WebReply insist(const std::string& path, const nlohmann::json& body,
                                  const std::string& key) const {
        const Web producer{plan_.port, plan_.token};
        const auto until = std::chrono::steady_clock::now() + plan_.patience;
        while (std::chrono::steady_clock::now() < until) {
            try {
                auto reply = producer.post(path, body, {{"Idempotency-Key", key}});
                if (reply.status < 500 && reply.status != 429) return reply;
            } catch (const std::exception&) {  // cut off: the outcome is unknown
            }
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
        }
        return {};
    }
    void work(unsigned clerk) {
        for (int i = 0; !stop_; ++i) {
            const std::string name = std::to_string(clerk) + "-" + std::to_string(i);
            const auto made = insist("/v1/manifests", plan_.form(), "make-" + name);
            if (made.status != 201) return complain(made);
            const std::string id = made.json().at("id");
            Submitted one{"/v1/manifests/" + id + "/submit", "submit-" + name, {}, {}};
            const auto reply = insist(one.path, nlohmann::json::object(), one.key);
            if (reply.status != 200) return complain(reply);
            one.body = reply.body;
            one.no = reply.json().at("no");
            {
                const std::lock_guard lock{mutex_};
                done_.push_back(std::move(one));
                ++count_;
            }
            std::this_thread::sleep_for(plan_.rest);
        }
    }
    void complain(const WebReply& reply) {
        const std::lock_guard lock{mutex_};
        strange_.push_back(std::to_string(reply.status) + ": " + reply.body);
    }

    Plan plan_;
    std::atomic<bool> stop_{false};
    std::atomic<std::size_t> count_{0};
    std::mutex mutex_;
    std::vector<Submitted> done_;
    std::vector<std::string> strange_;
    std::vector<std::thread> threads_;
};

/// Recomputes the history of all manifests made from `from` on, as `./liuhen verify` does.
/// `anchors` is the folder of the signed lists.
inline server::verify::Report verified(const ScratchDatabase& database, const std::string& anchors,
                                       std::optional<Instant> from = {}) {
    struct : server::verify::Progress {
        void at(const server::verify::Report&) override {}
    } silent;
    server::verify::Options options;
    options.database = database.conninfo();
    options.anchors = anchors;
    options.from = from;
    return server::verify::verify(options, silent);
}

/// The books after the last clerk has gone home: nothing was refused; all that they made, from
/// `from` on, is submitted, numbered 1, 2, 3 …, holds 8 t of each quota, and has a sound history.
inline void check_books(const Desks& desks, const ScratchDatabase& database,
                        const std::string& anchors, std::optional<Instant> from = {}) {
    CHECK(desks.strange() == std::vector<std::string>{});
    std::set<std::string> numbers;
    for (const auto& one : desks.done()) CHECK(numbers.insert(one.no).second);
    const auto submitted = std::to_string(desks.done().size());
    // Manifests without any event are those that a test put into the table itself; that none else
    // lacks its history is the verifier's to say.
    const std::string those = " WHERE id IN (SELECT manifest_id FROM manifest_events)";
    CHECK(database.value<std::string>("SELECT coalesce(max(last), 0) FROM manifest_numbers") ==
          submitted);
    CHECK(database.value<std::string>("SELECT coalesce(max(substr(no, 9)::int), 0) FROM manifests" +
                                      those) == submitted);
    CHECK(database.value<std::string>("SELECT count(*) FROM manifests" + those) == submitted);
    CHECK(database.value<std::size_t>("SELECT count(*) FROM manifest_events") ==
          desks.done().size() * 2);
    const auto reserved = static_cast<long>(desks.done().size()) * 8'000'000;
    CHECK(held_quota(database, "plan") == reserved);
    CHECK(held_quota(database, "licence") == reserved);
    check_quota_ledger(database);
    const auto report = verified(database, anchors, from);
    for (const auto& one : report.findings) UNSCOPED_INFO(code(one.fault) << ' ' << one.detail);
    CHECK(report.sound());
    CHECK(report.records == desks.done().size() * 2);
}

}  // namespace liuhen::test
