// Stands in for the national system: one port that takes reports as docs/national.md says, counts
// them by key, and behaves as badly as a test likes.
#pragma once

#include "tests/support/stub_target.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace liuhen::test {

/// How one try is met.
enum class Mood {
    honest,   ///< accepted, or told that it is known
    forgets,  ///< accepted, and the answer never comes
    slow,     ///< accepted, and the answer comes a byte at a time, too late
    silent,   ///< neither
    busy,     ///< 503
    babbles,  ///< 200 with a page of HTML
    refuses   ///< 422 REFUSED_HERE
};

class Nation {
public:
    /// `mood` of the try number 1, 2, … of a report; called on the stub's thread.
    using Script = std::function<Mood(const std::string& key, int attempt)>;

    explicit Nation(Script script = {})
        : script_(std::move(script)), stub_([this](const Taken& one) { return take(one); }) {}

    void behave(Script script) {
        const std::scoped_lock lock{mutex_};
        script_ = std::move(script);
    }
    [[nodiscard]] std::string url() const { return stub_.url(); }
    [[nodiscard]] std::vector<Taken> taken() const { return stub_.taken(); }
    /// Keys in the order in which they were accepted: each once, or the stub is broken.
    [[nodiscard]] std::vector<std::string> accepted() const {
        const std::scoped_lock lock{mutex_};
        return accepted_;
    }
    [[nodiscard]] int tries(const std::string& key) const {
        const std::scoped_lock lock{mutex_};
        const auto found = tries_.find(key);
        return found == tries_.end() ? 0 : found->second;
    }
    /// The report as accepted.
    [[nodiscard]] nlohmann::json report(const std::string& key) const {
        const std::scoped_lock lock{mutex_};
        return bodies_.at(key);
    }
    /// Headers that do not name the report that the body does, and tries after acceptance with
    /// another body.
    [[nodiscard]] std::vector<std::string> strange() const {
        const std::scoped_lock lock{mutex_};
        return strange_;
    }

private:
    static StubReply said(int status, const std::string& result, const std::string& key,
                          const std::string& code = {}) {
        nlohmann::json body{{"result", result}, {"key", key}};
        if (!code.empty()) body["code"] = code;
        if (result == "accepted") body["reference"] = "N-" + key.substr(8);
        const std::string text = body.dump();
        return {"HTTP/1.1 " + std::to_string(status) + " Said\r\nContent-Length: " +
                std::to_string(text.size()) + "\r\nConnection: close\r\n\r\n" + text};
    }
    StubReply take(const Taken& one) {
        const std::scoped_lock lock{mutex_};
        const auto body = nlohmann::json::parse(one.body);
        const std::string key = body.at("key");
        if (one.header("idempotency-key") != key) strange_.push_back(key);
        const Mood mood = script_ ? script_(key, ++tries_[key]) : (++tries_[key], Mood::honest);
        const bool known = bodies_.contains(key);
        if (mood == Mood::silent) return {};
        if (mood == Mood::busy) return stub_status(503, "Retry-After: 1\r\n");
        if (mood == Mood::babbles) return stub_body("<html>welcome</html>");
        if (mood == Mood::refuses && !known) return said(422, "refused", key, "REFUSED_HERE");
        if (known && bodies_.at(key) != body) strange_.push_back(key + " changed");
        if (!known) {
            bodies_.emplace(key, body);
            accepted_.push_back(key);
        }
        if (mood == Mood::forgets) return {};
        StubReply reply = known ? said(409, "duplicate", key) : said(200, "accepted", key);
        if (mood == Mood::slow) reply.drop_every = std::chrono::milliseconds{100};
        return reply;
    }

    mutable std::mutex mutex_;
    Script script_;
    std::map<std::string, int> tries_;
    std::map<std::string, nlohmann::json> bodies_;
    std::vector<std::string> accepted_;
    std::vector<std::string> strange_;
    StubTarget stub_;
};

}  // namespace liuhen::test
