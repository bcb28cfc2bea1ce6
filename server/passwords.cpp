#include "server/passwords.hpp"

#include "server/crypto.hpp"
#include "server/short_line.hpp"

#include <array>
#include <sodium.h>
#include <stdexcept>

namespace liuhen::server {
namespace {

constexpr unsigned long long passes = 2;
constexpr std::size_t first_password_bytes = 15;

void need_sodium() {
    static const int ready = sodium_init();
    if (ready < 0) throw std::runtime_error{"libsodium cannot be initialised"};
}

awaitable<std::string> hashing(std::string password) { co_return hash_password(password); }

awaitable<PasswordVerdict> checking(std::string stored, std::string password) {
    co_return check_password(stored, password);
}

}  // namespace

std::string hash_password(std::string_view password) {
    need_sodium();
    std::array<char, crypto_pwhash_STRBYTES> text{};
    if (crypto_pwhash_str_alg(text.data(), password.data(), password.size(), passes,
                              password_memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
        throw std::runtime_error{"no memory to hash a password"};
    return text.data();
}

PasswordVerdict check_password(const std::string& stored, std::string_view password) {
    need_sodium();
    if (stored.size() >= crypto_pwhash_STRBYTES) return PasswordVerdict::wrong;
    return crypto_pwhash_str_verify(stored.c_str(), password.data(), password.size()) == 0
               ? PasswordVerdict::right
               : PasswordVerdict::wrong;
}

const std::string& hash_of_nobody() {
    static const std::string one = hash_password(random_bytes(32));
    return one;
}

std::string first_password() { return base64url(random_bytes(first_password_bytes)); }

awaitable<std::string> PasswordBench::hash(std::string password) {
    const ShortLinePlace<PasswordsBusy> place{waiting_, max_waiting};
    auto work = hashing(std::move(password));
    auto waiting = on(thread_.get_executor(), std::move(work));
    co_return co_await std::move(waiting);
}

awaitable<PasswordVerdict> PasswordBench::check(std::string stored, std::string password) {
    const ShortLinePlace<PasswordsBusy> place{waiting_, max_waiting};
    auto work = checking(std::move(stored), std::move(password));
    auto waiting = on(thread_.get_executor(), std::move(work));
    co_return co_await std::move(waiting);
}

}  // namespace liuhen::server
