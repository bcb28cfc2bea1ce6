// Who calls: bearer tokens to callers, remembered for a second, and limits on those who guess.
#pragma once

#include "server/clock.hpp"
#include "server/http/message.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace liuhen::server::http {

/// Takes from a bucket a caller; bounded in the number of callers it remembers.
class RateLimit {
public:
    /// `burst` at once, then `per_second`.
    RateLimit(double burst, double per_second) : burst_(burst), per_second_(per_second) {}
    /// Zero: go on. Otherwise how long to wait until the next one is free.
    std::chrono::seconds take(const std::string& who, Monotonic now);
    /// What `take` would say, without taking.
    [[nodiscard]] std::chrono::seconds wait(const std::string& who, Monotonic now) const;
    struct Standing {
        long left{};                     ///< that may be taken at once
        std::chrono::seconds full_in{};  ///< until the whole burst is there again
    };
    [[nodiscard]] Standing standing(const std::string& who, Monotonic now) const;
    [[nodiscard]] long quota() const { return static_cast<long>(burst_); }
    /// How long an empty bucket takes to fill up.
    [[nodiscard]] std::chrono::seconds window() const;
    [[nodiscard]] std::size_t remembered() const { return buckets_.size(); }

    static constexpr std::size_t max_remembered = 10'000;

private:
    struct Bucket {
        double left{};
        Monotonic at{};
    };
    [[nodiscard]] double left(const Bucket& bucket, Monotonic now) const;
    [[nodiscard]] std::chrono::seconds until_one(double left) const;
    void forget_full(Monotonic now);

    double burst_, per_second_;
    std::unordered_map<std::string, Bucket> buckets_;
};

/// Tokens seen lately, by digest. A revocation on this server counts at once; elsewhere within
/// `remembered_for`.
class TokenCache {
public:
    static constexpr std::chrono::seconds remembered_for{1};
    static constexpr std::size_t max_remembered = 10'000;

    [[nodiscard]] std::optional<Caller> find(const std::string& digest, Monotonic now) const;
    void keep(const std::string& digest, const Caller& caller, Monotonic now);
    void forget(const std::string& token_id);

private:
    struct Entry {
        Caller caller;
        Monotonic until{};
    };
    std::unordered_map<std::string, Entry> entries_;
};

/// Places for requests that hold much, or hold it long. Limited by token and in all.
class HeldPlaces {
public:
    struct Limits {
        std::size_t of_token, of_all;
    };
    explicit HeldPlaces(Limits limits) : limits_(limits) {}

    /// Held while the request lasts, wherever that is.
    class Place {
    public:
        Place(std::shared_ptr<std::unordered_map<std::string, std::size_t>> held, std::string who);
        ~Place();
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;

    private:
        std::shared_ptr<std::unordered_map<std::string, std::size_t>> held_;
        std::string who_;
    };
    /// Null when the token, or all together, have as many as they may.
    std::unique_ptr<Place> take(const std::string& token_id);

private:
    Limits limits_;
    // By token; all of them together under the empty name.
    std::shared_ptr<std::unordered_map<std::string, std::size_t>> held_ =
        std::make_shared<std::unordered_map<std::string, std::size_t>>();
};

/// Answers that take long by their nature, streams and polls that wait, never hold all places for
/// connections.
inline constexpr HeldPlaces::Limits long_answer_limits{50, 800};
/// Files on their way in never hold all memory: each is up to 20 MiB, twice while it is stored.
inline constexpr HeldPlaces::Limits large_body_limits{4, 16};

/// Files of jobs on their way out: a slow reader keeps a connection. Of a job, and of all.
inline constexpr HeldPlaces::Limits download_limits{4, 200};

/// Memory of the door: tokens, wrong tokens by address, requests by address and by token.
struct Access {
    TokenCache tokens;
    RateLimit wrong_tokens{20, 0.5};      ///< by address; right tokens pass all the same
    RateLimit by_address{10'000, 5'000};  ///< requests
    RateLimit requests{2'000, 1'000};     ///< by token
    RateLimit hand_shakes{200, 50};       ///< of TLS, by address
    RateLimit wrong_logins{30, 0.1};      ///< by address; clients' secrets too
    RateLimit access_tokens{60, 1};       ///< given out, by client
    HeldPlaces long_answers{long_answer_limits};
    HeldPlaces large_bodies{large_body_limits};
    HeldPlaces downloads{download_limits};
};

/// The token of `Authorization: Bearer …`; empty when there is none.
std::string bearer_token(const Request& request);

}  // namespace liuhen::server::http
