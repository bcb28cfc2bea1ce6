// A signature code: eight digits by which a person signs on another's device, once.
#pragma once

#include "manifest/lifecycle.hpp"
#include "server/vault.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server::http {

inline constexpr std::size_t signature_code_digits = 8;

/// Eight random digits.
std::string new_signature_code();
bool is_signature_code(std::string_view text);

/// What is kept of a code: an HMAC under each of the server's keys, in hex, the newest first. It is
/// bound to the organisation, so that equal digits of two of them have nothing in common.
std::vector<std::string> digests_of_code(const Vault& vault, const std::string& owner,
                                         const std::string& code);

/// The same of an event's form, members sorted by name: what a signer agreed to beforehand.
std::vector<std::string> digests_of_form(const Vault& vault, const nlohmann::json& form);

/// True for what is signed where the truck stands, by whom it is signed there: loading by producer
/// and driver, handover and departure by drivers, receipt by the receiver. Filing, carriage and
/// disputes are office work and have no code.
bool signs_by_code(manifest::Role role, manifest::Event event);

}  // namespace liuhen::server::http
