// Sends the reports that wait to the national system, each until it is answered.
#pragma once

#include "server/clock.hpp"
#include "server/database.hpp"
#include "server/national/credentials.hpp"
#include "server/national/settings.hpp"
#include "server/outbound/http_client.hpp"
#include "server/store/reports.hpp"

#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <optional>
#include <random>
#include <string>

namespace liuhen::server::national {

/// Several at a time, those of one manifest one after another. Lives on the front thread; posts
/// wait on threads of its own.
class Sender {
public:
    /// Throws std::runtime_error with a plain sentence when URL or credentials are not usable.
    Sender(Database& database, const Clock& clock, const Settings& settings,
           const OutboundPolicy& policy);
    ~Sender();
    Sender(const Sender&) = delete;
    Sender& operator=(const Sender&) = delete;

    /// Whether there is a system to be told. To be called before the first event: from then on
    /// reports are made, or not.
    awaitable<void> begin();
    /// Starts as many lines of work as may be; to be called several times a second.
    awaitable<void> pass();
    /// Ends what is under way and waits for it; what was not answered is sent again some day.
    void stop();

private:
    awaitable<void> work();
    awaitable<bool> send_next();
    awaitable<void> look_at_backlog();
    [[nodiscard]] Verdict post(const store::TriedReport& tried) const;
    [[nodiscard]] Instant after(std::chrono::milliseconds passed) const;
    void learn(const store::TriedReport& tried, const Verdict& verdict);
    [[nodiscard]] unsigned lines_allowed() const;

    Database& database_;
    const Clock& clock_;
    Settings settings_;
    Credentials credentials_;
    HttpClient client_;
    asio::thread_pool threads_;
    std::mt19937 chance_{std::random_device{}()};
    unsigned working_ = 0;     ///< lines of work under way
    unsigned unanswered_ = 0;  ///< tries since the last answer
    Instant closed_until_{};   ///< after several of them: one try at a time, and not before this
    std::optional<Monotonic> looked_at_;  ///< the backlog
    bool begun_ = false;
    bool stopped_ = false;
};

}  // namespace liuhen::server::national
