// How often an address may be turned away before its connections are no longer taken.
#pragma once

#include "server/clock.hpp"

#include <cstddef>
#include <string>
#include <unordered_map>

namespace liuhen::server {

/// A bucket of tokens for each address that was turned away lately: a refusal takes one, and
/// `refill` come back each second. Devices that are known cost nothing. Belongs to one executor.
class Strangers {
public:
    Strangers(double tokens, double refill) : tokens_(tokens), refill_(refill) {}

    /// Whether the address has a token left.
    [[nodiscard]] bool may_try(const std::string& peer, Monotonic now) const;
    /// The address was turned away.
    void charge(const std::string& peer, Monotonic now);
    [[nodiscard]] std::size_t size() const { return taken_.size(); }

    /// Addresses kept apart; what comes beyond them shares one bucket.
    static constexpr std::size_t max_addresses = 10'000;

private:
    struct Taken {
        double tokens{};  ///< as of `at`; they come back since
        Monotonic at{};
    };
    [[nodiscard]] double taken_now(const Taken& taken, Monotonic now) const;
    [[nodiscard]] const std::string& bucket_of(const std::string& peer) const;
    void drop_refilled(Monotonic now);

    double tokens_;
    double refill_;
    std::unordered_map<std::string, Taken> taken_;
    Monotonic drop_after_{};  // when looking for refilled ones is next worth its time
};

}  // namespace liuhen::server
