// Passwords of people: Argon2id, slow on purpose, on a thread of its own with a short queue.
#pragma once

#include "server/spawn.hpp"

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>

namespace liuhen::server {

inline constexpr std::size_t shortest_password = 12;  ///< code points; of what kind is no matter
inline constexpr std::size_t longest_password = 128;  ///< code points
inline constexpr std::size_t password_memory = 19 << 20;  ///< bytes that one check takes

/// Argon2id in its own text form, with a fresh salt: 19 MiB, two passes.
std::string hash_password(std::string_view password);

enum class PasswordVerdict { right, wrong };
/// A stored text that is no hash fits no password.
PasswordVerdict check_password(const std::string& stored, std::string_view password);

/// A hash that no password fits, as dear to check as a real one: for logins that do not exist.
const std::string& hash_of_nobody();
/// A password for the first time: twenty random characters.
std::string first_password();

/// More checks than are worth waiting for. Over HTTP: 503.
struct PasswordsBusy {};

/// One check at a time, 19 MiB and some 20 ms each, whoever asks.
class PasswordBench {
public:
    /// Both throw PasswordsBusy when `max_waiting` are waiting.
    awaitable<std::string> hash(std::string password);
    awaitable<PasswordVerdict> check(std::string stored, std::string password);

    static constexpr std::size_t max_waiting = 64;

private:
    asio::thread_pool thread_{1};
    std::atomic<std::size_t> waiting_ = 0;
};

}  // namespace liuhen::server
