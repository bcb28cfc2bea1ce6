#include "telematics/jtt808/parameter_names.hpp"

#include <algorithm>
#include <functional>

namespace liuhen::telematics::jtt808 {
namespace {

using enum ParameterForm;

// JT/T 808-2013 and 2019, table of parameters of 0x8103.
constexpr std::array kinds{
    ParameterKind{0x0001, "heartbeat_s"},
    ParameterKind{0x0002, "tcp_timeout_s"},
    ParameterKind{0x0003, "tcp_retries"},
    ParameterKind{0x0004, "udp_timeout_s"},
    ParameterKind{0x0005, "udp_retries"},
    ParameterKind{0x0006, "sms_timeout_s"},
    ParameterKind{0x0007, "sms_retries"},
    ParameterKind{0x0010, "main_apn", text},
    ParameterKind{0x0011, "main_user", text},
    ParameterKind{0x0012, "main_password", text},
    ParameterKind{0x0013, "main_server", text},
    ParameterKind{0x0014, "backup_apn", text},
    ParameterKind{0x0015, "backup_user", text},
    ParameterKind{0x0016, "backup_password", text},
    ParameterKind{0x0017, "backup_server", text},
    ParameterKind{0x0018, "tcp_port"},
    ParameterKind{0x0019, "udp_port"},
    ParameterKind{0x001A, "card_server", text},
    ParameterKind{0x001B, "card_server_tcp_port"},
    ParameterKind{0x001C, "card_server_udp_port"},
    ParameterKind{0x001D, "card_backup_server", text},
    ParameterKind{0x0020, "report_strategy"},
    ParameterKind{0x0021, "report_plan"},
    ParameterKind{0x0022, "no_driver_interval_s"},
    ParameterKind{0x0023, "slave_apn", text},
    ParameterKind{0x0024, "slave_user", text},
    ParameterKind{0x0025, "slave_password", text},
    ParameterKind{0x0026, "slave_server", text},
    ParameterKind{0x0027, "sleep_interval_s"},
    ParameterKind{0x0028, "alarm_interval_s"},
    ParameterKind{0x0029, "default_interval_s"},
    ParameterKind{0x002C, "default_distance_m"},
    ParameterKind{0x002D, "no_driver_distance_m"},
    ParameterKind{0x002E, "sleep_distance_m"},
    ParameterKind{0x002F, "alarm_distance_m"},
    ParameterKind{0x0030, "corner_angle_deg"},
    ParameterKind{0x0031, "fence_radius_m"},
    ParameterKind{0x0032, "illegal_driving_period", bytes},
    ParameterKind{0x0040, "platform_phone", text},
    ParameterKind{0x0041, "reset_phone", text},
    ParameterKind{0x0042, "factory_reset_phone", text},
    ParameterKind{0x0043, "sms_phone", text},
    ParameterKind{0x0044, "alarm_sms_phone", text},
    ParameterKind{0x0045, "answer_strategy"},
    ParameterKind{0x0046, "longest_call_s"},
    ParameterKind{0x0047, "longest_calls_a_month_s"},
    ParameterKind{0x0048, "listening_phone", text},
    ParameterKind{0x0049, "privileged_sms_phone", text},
    ParameterKind{0x0050, "alarm_mask", bits},
    ParameterKind{0x0051, "alarm_sms", bits},
    ParameterKind{0x0052, "alarm_shoot", bits},
    ParameterKind{0x0053, "alarm_store", bits},
    ParameterKind{0x0054, "key_alarms", bits},
    ParameterKind{0x0055, "highest_speed_kmh"},
    ParameterKind{0x0056, "overspeed_s"},
    ParameterKind{0x0057, "longest_driving_s"},
    ParameterKind{0x0058, "longest_driving_a_day_s"},
    ParameterKind{0x0059, "shortest_rest_s"},
    ParameterKind{0x005A, "longest_parking_s"},
    ParameterKind{0x005B, "overspeed_warning_tenth_kmh"},
    ParameterKind{0x005C, "fatigue_warning_s"},
    ParameterKind{0x005D, "collision", bits},
    ParameterKind{0x005E, "rollover_deg"},
    ParameterKind{0x0064, "timed_photos", bits},
    ParameterKind{0x0065, "distance_photos", bits},
    ParameterKind{0x0070, "picture_quality"},
    ParameterKind{0x0071, "brightness"},
    ParameterKind{0x0072, "contrast"},
    ParameterKind{0x0073, "saturation"},
    ParameterKind{0x0074, "chroma"},
    ParameterKind{0x0075, "pictures", bytes},
    ParameterKind{0x0076, "channels", bytes},
    ParameterKind{0x0077, "pictures_by_channel", bytes},
    ParameterKind{0x0079, "alarm_recording", bytes},
    ParameterKind{0x007A, "video_alarm_mask", bits},
    ParameterKind{0x007B, "picture_analysis", bytes},
    ParameterKind{0x007C, "waking", bytes},
    ParameterKind{0x0080, "odometer_tenth_km"},
    ParameterKind{0x0081, "province"},
    ParameterKind{0x0082, "city"},
    ParameterKind{0x0083, "plate", text},
    ParameterKind{0x0084, "plate_colour"},
    ParameterKind{0x0090, "gnss_systems", bits},
    ParameterKind{0x0091, "gnss_baud"},
    ParameterKind{0x0092, "gnss_output_rate"},
    ParameterKind{0x0093, "gnss_sampling_s"},
    ParameterKind{0x0094, "gnss_upload_form"},
    ParameterKind{0x0095, "gnss_upload_setting"},
    ParameterKind{0x0100, "can1_sampling_ms"},
    ParameterKind{0x0101, "can1_upload_s"},
    ParameterKind{0x0102, "can2_sampling_ms"},
    ParameterKind{0x0103, "can2_upload_s"},
    ParameterKind{0x0110, "can_id_sampling", bytes},
};
static_assert(std::ranges::is_sorted(kinds, std::less{}, &ParameterKind::id));

constexpr std::array fields{
    ParameterField{0x0075, 0, 1, "live_coding"},
    ParameterField{0x0075, 1, 1, "live_resolution"},
    ParameterField{0x0075, 2, 2, "live_key_frame_interval"},
    ParameterField{0x0075, 4, 1, "live_frames_a_second"},
    ParameterField{0x0075, 5, 4, "live_kbit_a_second"},
    ParameterField{0x0075, 9, 1, "stored_coding"},
    ParameterField{0x0075, 10, 1, "stored_resolution"},
    ParameterField{0x0075, 11, 2, "stored_key_frame_interval"},
    ParameterField{0x0075, 13, 1, "stored_frames_a_second"},
    ParameterField{0x0075, 14, 4, "stored_kbit_a_second"},
    ParameterField{0x0075, 18, 2, "text_shown", bits},
    ParameterField{0x0075, 20, 1, "sound"},
    ParameterField{0x0079, 0, 1, "store_percent"},
    ParameterField{0x0079, 1, 1, "longest_min"},
    ParameterField{0x0079, 2, 1, "before_min"},
    ParameterField{0x007B, 0, 1, "most_persons"},
    ParameterField{0x007B, 1, 1, "fatigue_threshold"},
    ParameterField{0x007C, 0, 1, "waking_modes", bits},
    ParameterField{0x007C, 1, 1, "waking_conditions", bits},
    ParameterField{0x007C, 2, 1, "waking_days", bits},
    ParameterField{0x007C, 3, 1, "waking_periods", bits},
    ParameterField{0x007C, 4, 2, "wake_1", bits},
    ParameterField{0x007C, 6, 2, "sleep_1", bits},
    ParameterField{0x007C, 8, 2, "wake_2", bits},
    ParameterField{0x007C, 10, 2, "sleep_2", bits},
    ParameterField{0x007C, 12, 2, "wake_3", bits},
    ParameterField{0x007C, 14, 2, "sleep_3", bits},
    ParameterField{0x007C, 16, 2, "wake_4", bits},
    ParameterField{0x007C, 18, 2, "sleep_4", bits},
};
static_assert(std::ranges::is_sorted(fields, std::less{}, &ParameterField::id));

// Numbers are of four bytes but for these (same table, column of types).
constexpr std::array<std::uint32_t, 9> of_two_bytes{0x0031, 0x005B, 0x005C, 0x005D, 0x005E,
                                                    0x0081, 0x0082, 0x0101, 0x0103};
constexpr std::array<std::uint32_t, 5> of_one_byte{0x0084, 0x0090, 0x0091, 0x0092, 0x0094};

}  // namespace

const ParameterKind* find_parameter(std::uint32_t id) {
    const auto* const found = std::ranges::lower_bound(kinds, id, std::less{}, &ParameterKind::id);
    return found != kinds.end() && found->id == id ? found : nullptr;
}

std::span<const ParameterField> parameter_fields(const Parameter& parameter) {
    const auto* const first =
        std::ranges::lower_bound(fields, parameter.id, std::less{}, &ParameterField::id);
    const auto* const last =
        std::ranges::upper_bound(fields, parameter.id, std::less{}, &ParameterField::id);
    const std::span of_id{first, last};
    if (of_id.empty()) return {};
    const std::size_t size = static_cast<std::size_t>(of_id.back().at) + of_id.back().width;
    if (parameter.value.size() != size) return {};
    return of_id;
}

const ParameterKind* find_parameter_named(std::string_view name) {
    const auto* const found = std::ranges::find(kinds, name, &ParameterKind::name);
    return found != kinds.end() ? found : nullptr;
}

std::size_t number_width(std::uint32_t id) {
    if (std::ranges::find(of_two_bytes, id) != of_two_bytes.end()) return 2;
    return std::ranges::find(of_one_byte, id) != of_one_byte.end() ? 1 : 4;
}

std::optional<std::uint32_t> number_in(const Parameter& parameter) {
    if (parameter.value.empty() || parameter.value.size() > 4) return std::nullopt;
    std::uint32_t value = 0;
    for (const std::byte b : parameter.value) value = value << 8U | std::to_integer<unsigned>(b);
    return value;
}

}  // namespace liuhen::telematics::jtt808
