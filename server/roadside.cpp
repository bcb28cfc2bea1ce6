#include "server/roadside.hpp"

#include "manifest/manifest.hpp"
#include "server/crypto.hpp"
#include "server/vault.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <vector>

namespace liuhen::server {
namespace {

namespace ip = boost::asio::ip;
using manifest::Manifest;

constexpr std::size_t code_characters = 43;
constexpr std::size_t most_agent = 120;
constexpr unsigned short kept_of_v4 = 24, kept_of_v6 = 48;  // bits
constexpr int most_tries = 5;  // an issue is taken by another only while two print at once

// What the code of an issue is under each key of the vault, the newest first.
std::vector<std::string> texts_of(const Vault& vault, const Manifest& m, std::uint32_t issue) {
    const std::string named =
        m.id.text + '\n' + std::to_string(m.version) + '\n' + std::to_string(issue);
    std::vector<std::string> texts;
    for (const auto& bytes : vault.fingerprints(named, "roadside code"))
        texts.push_back(base64url(bytes));
    return texts;
}

// The text of a stored code; nullopt when its key is gone.
std::optional<std::string> text_of(const Vault& vault, const Manifest& m,
                                   const store::RoadsideCode& code) {
    for (auto& text : texts_of(vault, m, code.issue)) {
        if (sha256_hex(text) == code.digest) return std::move(text);
    }
    return std::nullopt;
}

Instant end_of(const Manifest& m, Instant expires_at) {
    return m.closed_at ? std::min(expires_at, *m.closed_at + code_outlives_manifest) : expires_at;
}

}  // namespace

bool has_roadside_code(const Manifest& m, Instant now) {
    return m.state != manifest::State::draft &&
           (!m.closed_at || now < *m.closed_at + code_outlives_manifest);
}

PrintedCode roadside_code(pqxx::transaction_base& db, const Vault& vault, const Manifest& m,
                          Instant now, const Asker& asker) {
    for (int tries = 0; tries < most_tries; ++tries) {
        const auto known = store::newest_code(db, m.id, m.version);
        if (known && !known->revoked && known->expires_at >= now + code_left) {
            if (auto text = text_of(vault, m, *known))
                return {*std::move(text), end_of(m, known->expires_at)};
        }
        store::RoadsideCode fresh{uuid_v7(now), m.id, m.version,       known ? known->issue + 1 : 1,
                                  {},           now,  now + code_lives};
        std::string text = texts_of(vault, m, fresh.issue).front();
        fresh.digest = sha256_hex(text);
        if (store::insert_code(db, fresh, asker.token_id, asker.person))
            return {std::move(text), end_of(m, fresh.expires_at)};
    }
    throw std::runtime_error{"no code could be made for a print"};
}

bool is_roadside_form(std::string_view text) {
    return text.size() == code_characters && std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_';
           });
}

std::string coarse_network(const std::string& address) {
    boost::system::error_code fault;
    const auto whole = ip::make_address(address.substr(0, address.find('/')), fault);
    if (fault) return {};
    if (whole.is_v4()) return ip::network_v4{whole.to_v4(), kept_of_v4}.canonical().to_string();
    return ip::network_v6{whole.to_v6(), kept_of_v6}.canonical().to_string();
}

std::string kept_agent(std::string_view said) {
    std::string kept{said.substr(0, most_agent)};
    std::ranges::replace_if(
        kept, [](char c) { return c < ' ' || c > '~'; }, '?');
    return kept;
}

}  // namespace liuhen::server
