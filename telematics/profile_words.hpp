// The words of profile rows and what they stand for (docs/wire-items.md, the grammar).
#pragma once

#include "telematics/profile.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace liuhen::telematics::profile_words {

/// Pairs of a word and its meaning.
template <class Value, std::size_t Count>
using Names = std::array<std::pair<std::string_view, Value>, Count>;

/// The meaning of a word; nullopt when it is none of them.
template <class Value, std::size_t Count>
std::optional<Value> named(const Names<Value, Count>& names, std::string_view name) {
    for (const auto& [known, value] : names) {
        if (known == name) return value;
    }
    return std::nullopt;
}
inline constexpr Names<FieldForm, 8> forms{{{"number", FieldForm::number},
                                            {"signed_magnitude", FieldForm::signed_magnitude},
                                            {"signed", FieldForm::signed_number},
                                            {"bits", FieldForm::bits},
                                            {"octets", FieldForm::octets},
                                            {"words", FieldForm::words},
                                            {"text", FieldForm::text},
                                            {"digits", FieldForm::digits}}};
inline constexpr Names<Reading, 10> readings{{{"raw", Reading::raw},
                                              {"lock_event", Reading::lock_event},
                                              {"lock_list", Reading::lock_list},
                                              {"event", Reading::event},
                                              {"slave_locks", Reading::slave_locks},
                                              {"sensors", Reading::sensors},
                                              {"container", Reading::container},
                                              {"lock_text", Reading::lock_text},
                                              {"secret", Reading::secret},
                                              {"one_time_password", Reading::one_time_password}}};
inline constexpr Names<LoadSource, 3> load_sources{
    {{"status", LoadSource::status}, {"none", LoadSource::none}, {"sensors", LoadSource::sensors}}};
inline constexpr Names<OrderForm, 3> order_forms{
    {{"none", OrderForm::none}, {"sentences", OrderForm::sentences}, {"hhd", OrderForm::hhd}}};
inline constexpr Names<Sense, 26> senses{{{"rope_open", Sense::rope_open},
                                          {"motor_unlocked", Sense::motor_unlocked},
                                          {"sealed", Sense::sealed},
                                          {"rod_closed", Sense::rod_closed},
                                          {"unlocked", Sense::unlocked},
                                          {"cut", Sense::cut},
                                          {"shell_opened", Sense::shell_opened},
                                          {"battery_low", Sense::battery_low},
                                          {"motor_fault", Sense::motor_fault},
                                          {"left_open", Sense::left_open},
                                          {"loaded", Sense::loaded},
                                          {"fix", Sense::fix},
                                          {"cell_tower", Sense::cell_tower},
                                          {"power_low", Sense::power_low},
                                          {"power_cut", Sense::power_cut},
                                          {"antenna_missing", Sense::antenna_missing},
                                          {"antenna_open", Sense::antenna_missing},
                                          {"antenna_short", Sense::antenna_short},
                                          {"gnss_fault", Sense::gnss_fault},
                                          {"jammed", Sense::jammed},
                                          {"body_lifted", Sense::lifted},
                                          {"cover_open", Sense::cover_open},
                                          {"left_cover_open", Sense::cover_open},
                                          {"right_cover_open", Sense::cover_open},
                                          {"body_not_sealed", Sense::cover_open},
                                          {"dump_reported", Sense::dump_reported}}};
/// Senses that a bit of an item may have.
inline constexpr Names<Sense, 9> signals{{{"power_low", Sense::power_low},
                                          {"power_cut", Sense::power_cut},
                                          {"antenna_missing", Sense::antenna_missing},
                                          {"antenna_short", Sense::antenna_short},
                                          {"gnss_fault", Sense::gnss_fault},
                                          {"jammed", Sense::jammed},
                                          {"body_lifted", Sense::lifted},
                                          {"cover_open", Sense::cover_open},
                                          {"dump_reported", Sense::dump_reported}}};
inline constexpr Names<LockAction, 8> actions{{{"sealed", LockAction::sealed},
                                               {"unsealed", LockAction::unsealed},
                                               {"refused", LockAction::refused},
                                               {"cut", LockAction::cut},
                                               {"shell_opened", LockAction::shell_opened},
                                               {"left_open", LockAction::left_open},
                                               {"battery_low", LockAction::battery_low},
                                               {"motor_fault", LockAction::motor_fault}}};
inline constexpr Names<LockMeans, 8> means{{{"unknown", LockMeans::unknown},
                                            {"card", LockMeans::card},
                                            {"password", LockMeans::password},
                                            {"one_time_password", LockMeans::one_time_password},
                                            {"bluetooth", LockMeans::bluetooth},
                                            {"remote", LockMeans::remote},
                                            {"key", LockMeans::key},
                                            {"automatic", LockMeans::automatic}}};
inline constexpr Names<EventData, 9> event_data{{{"none", EventData::none},
                                                 {"actor", EventData::actor},
                                                 {"secret", EventData::secret},
                                                 {"slave", EventData::slave},
                                                 {"slave_actor", EventData::slave_actor},
                                                 {"password_result", EventData::password_result},
                                                 {"password", EventData::password},
                                                 {"card_result", EventData::card_result},
                                                 {"card", EventData::card}}};

/// A liberty that a profile may be given: `allow NAME`.
struct Leave {
    std::string_view name;
    bool Profile::*flag;
};
inline constexpr std::array leaves{Leave{"early_speech", &Profile::speaks_before_authentication},
                                   Leave{"bad_checksum", &Profile::accept_bad_checksum},
                                   Leave{"unknown_messages", &Profile::repeats_unless_done},
                                   Leave{"short_batches", &Profile::announces_too_many}};

}  // namespace liuhen::telematics::profile_words
