// What a device is told to do, and what its conversation must be able to do with it: the contract
// between those who give orders and the dialogues that speak the wire.
#pragma once

#include "base/result.hpp"
#include "telematics/jtt808/messages.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace liuhen::telematics {

/// What a lock is asked to do, whatever it speaks. How it is said follows from the profile.
struct LockCommand {
    enum class Verb : std::uint8_t {
        unseal,            ///< open; with `secret` where the lock wants a password
        seal,              ///< lock again
        query_password,    ///< have it tell its present one-time password
        allow_passwords,   ///< accept one-time passwords from now on
        refuse_passwords,  ///< accept none any more: the end of a granted window
    } verb{};
    std::string lock{};    ///< number of the lock meant; empty: the speaker itself
    std::string secret{};  ///< never logged, never archived; 4 to 12 digits
    std::string user{};    ///< who asks, where the lock notes it; GBK at most 32 bytes
    /// `secret` is the password that the lock told last (`OneTimePassword`), not its static one.
    bool secret_is_one_time = false;
    /// allow_passwords: only while the lock is inside one of the fences it holds itself.
    bool inside_fence_only = false;
    friend bool operator==(const LockCommand&, const LockCommand&) = default;
};

/// A sentence of a text lock as it stands, "(P38,1,60)": settings without a form of their own.
/// Sentences that open (P43, P44, P52) are none: they have to come as a LockCommand.
struct LockSetting {
    std::string sentence;
    friend bool operator==(const LockSetting&, const LockSetting&) = default;
};

/// The platform messages of JT/T 808 as they stand, and what is said to locks.
using Command = std::variant<jtt808::Message, LockCommand, LockSetting>;

struct Order {
    std::string id;  ///< its name in answers; unique
    Command command;
};

/// Time since the process began, by a clock that never jumps. Repetitions are measured in it.
using Uptime = std::chrono::milliseconds;

/// Why an order cannot be said to this device now. `code()` is its stable name.
enum class Untold : std::uint8_t {
    not_supported,  ///< this protocol, edition or model has no such order
    too_long,       ///< more than its messages hold
    busy,           ///< an order of the kind is open and the protocol tells no two apart; try later
    not_ready,      ///< the device has not named itself yet
    count_,
};
std::string_view code(Untold why);

/// How often an unanswered order is said again: JT/T 808 (7.1): T(n+1) = T(n) * (n + 1).
struct RetryPlan {
    std::chrono::milliseconds first{10'000};  ///< T1; terminal parameter 0x0002
    int retries = 3;                          ///< repetitions after the first saying; 0x0003
};

// Each dialogue has, beside hear(), and silence(order id): over for the platform, not said again;
//   Result<Bytes, Untold> tell(const Order& order, Uptime now);  // bytes to send at once
//   Turn tick(Uptime now);                  // repetitions, requests for missing parts, time-outs
//   std::optional<Uptime> due() const;      // when tick() is next of use; empty: never
// Answers come out of hear() and tick() as Turn::answers. An order is over with the first answer
// that is not `acknowledged`.

}  // namespace liuhen::telematics
