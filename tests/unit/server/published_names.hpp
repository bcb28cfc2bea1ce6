// What publishers of JT/T 808 frames call what `liuhen decode` prints, in their own tests.
#pragma once

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

namespace liuhen::test::published {

/// A printed name, and the stated ones that mean it: the last word of a key, in small letters,
/// separated by blanks. Numbers are ids of items.
struct Named {
    std::string_view printed, stated;
};
inline constexpr std::array named{
    Named{"abnormal_driving", "abnormaldrivingbehavioralarmtype"},
    Named{"action", "action type"},
    Named{"alarm",
          "alarmflag alarmid alarmno alarmsign alarmtype manualconfirmalarmtype "
          "platformalarmid type warnbit"},
    Named{"alarm_event", "4"},
    Named{"alarm_id", "id serialno"},
    Named{"alarm_level", "level"},
    Named{"alarm_serial", "alarmmsgnum flowid responseserialno"},
    Named{"alarm_state", "state"},
    Named{"alarm_time", "alarmtime datetime"},
    Named{"alarm_type", "type"},
    Named{"alarms", "alarmflag warnbit"},
    Named{"altitude_m", "altitude"},
    Named{"analog_0", "43"},
    Named{"answer", "answerid id"},
    Named{"area", "areaid id"},
    Named{"area_id", "areaid"},
    Named{"area_type", "areatype"},
    Named{"areas", "areaidlist id idlist"},
    Named{"arguments", "parameter"},
    Named{"attachments", "attachmentcount attachnumber filetotal"},
    Named{"before_min", "starttime"},
    Named{"brightness", "brightness intensity lighting"},
    Named{"can", "canid id"},
    Named{"certificate", "licenseno qualificationcode"},
    Named{"channel", "chanelid channelid channelno"},
    Named{"chroma", "chroma"},
    Named{"city", "cityid cityorcountyid"},
    Named{"closes", "closeaudiovideodata closetype"},
    Named{"code", "authcode authenticationcode code token"},
    Named{"command",
          "command commandid commandword controlcmd playbackmode playcontrol "
          "recordingcommand shootcommand shootingcommand"},
    Named{"comms", "communicationmodelproperty communicationmodule networkattribute"},
    Named{"contrast", "contrast contrastrate"},
    Named{"count",
          "activedistancephotographydistanceinterval answerparamscount areacount "
          "canitemcount contactcount controltypecount count itemcount multimediaidcount "
          "packagecounttoretransmit respondparamcount settingcount total "
          "audiovideoresourcetotal attachcount attachmentcount retransmitpacketnumber "
          "multimediaidnumber"},
    Named{"data", "candata data mediadata packet"},
    Named{"delete", "delete deleteflag"},
    Named{"deviation_type", "deviatetype"},
    Named{"direction", "param1"},
    Named{"direction_deg", "direction"},
    Named{"driver", "driverusername name"},
    Named{"drum", "direction"},
    Named{"e", "e"},
    Named{"end", "endtime"},
    Named{"event", "event eventid eventitemcode eventitemencode id"},
    Named{"fatigue_degree", "fatiguedegree fatiguelevel"},
    Named{"fatigue_threshold", "fatiguethreshold"},
    Named{"firmware", "firmwareversion terminal_firmware_version_num"},
    Named{"first_serial", "originalmessageflowid originalmsgnum responseserialno"},
    Named{"flags",
          "areaproperty areaprops attribute routeproperty routeprops sectionproperty sign "
          "textflag identifier"},
    Named{"format", "format multimediaformatcode multimediaformatencode"},
    Named{"front_distance_ds", "frontdistance"},
    Named{"front_speed_kmh", "frontspeed"},
    Named{"fuel_l", "2 oil"},
    Named{"gnss", "gnssattribute gnssmodelproperty gnssmodule"},
    Named{"got_off", "getoffcount"},
    Named{"got_on", "getoncount"},
    Named{"gzip", "body"},
    Named{"hardware", "hardwareversion terminal_hardware_version_num"},
    Named{"highest_at_night_kmh", "nightmaxspeed"},
    Named{"highest_kmh", "highestspeed maxspeed maxspeedlimit sectionhighestspeed topspeed"},
    Named{"host", "attachmentserverip ftpaddr ip serverip serveripaddr"},
    Named{"iccid", "iccid terminal_sim_iccid"},
    Named{"id", "id paramid"},
    Named{"identity", "driveridentitycard"},
    Named{"ids", "id"},
    Named{"imei", "imei terminalimei"},
    Named{"indexes", "id packageidlist"},
    Named{"interval_s", "interval timeinterval"},
    Named{"io_state", "42"},
    Named{"issuer", "institution licenseissuing"},
    Named{"keep", "save saveflag"},
    Named{"kind",
          "controltypeid datatype devicetype filetype infotype key mediatype "
          "multimediatype passthroughtype querytype terminaltype type "
          "audiovideoresourcetype messagetype texttype"},
    Named{"label_serial", "sequence sequenceno serialno serialnumber"},
    Named{"label_terminal", "deviceid terminalid"},
    Named{"label_time", "datetime time"},
    Named{"lat", "lat latitude"},
    Named{"latitude", "centerpointlat inflectionpointlat lat latitude"},
    Named{"leaving", "direction"},
    Named{"length", "items"},
    Named{"listen", "flag type"},
    Named{"live_coding", "realtimeencode rts_encodemode"},
    Named{"live_frames_a_second", "realtimeframerate rts_target_fps"},
    Named{"live_kbit_a_second", "realtimebitrate rts_target_coderate"},
    Named{"live_key_frame_interval", "realtimeframeinterval rts_kf_interval"},
    Named{"live_resolution", "realtimeresolution rts_resolution"},
    Named{"lon", "lng longitude"},
    Named{"longest_min", "duration"},
    Named{"longest_s", "longdrivethreshold sectionlongdrivingthreshold upperlimit"},
    Named{"longitude", "centerpointlng inflectionpointlng lng longitude"},
    Named{"lost_percent", "packetlossrate"},
    Named{"lower_right_latitude", "lowrightpointlat rightbottomlatitude latitudelr"},
    Named{"lower_right_longitude", "lowrightpointlng rightbottomlongitude longitudelr"},
    Named{"main_voltage_v", "volage"},
    Named{"maker", "makerid manufacturerid"},
    Named{"media", "id mediaid multimediadataid multimediaid multimediaidlist"},
    Named{"mode", "playbackmode"},
    Named{"model", "devicemodel terminalmodel terminaltype"},
    Named{"most_persons", "overloadthreshold"},
    Named{"most_sound_channels",
          "maxaudiochannels terminalsupportedmaxnumberofaudiophysicalchannels"},
    Named{"most_video_channels",
          "maxvideochannels terminalsupportedmaxnumberofvideophysicalchannels"},
    Named{"msg_id", "messageid"},
    Named{"n", "n"},
    Named{"name", "contact contacts filename informationname name routename areaname content"},
    Named{"networks", "condition taskexcutecondition taskexecutecondition"},
    Named{"number", "phone phonenumber"},
    Named{"odometer_km", "1 mileage"},
    Named{"offset", "dataoffset offset items"},
    Named{"on", "action flag"},
    Named{"package", "packet upgradepackage"},
    Named{"packets", "againpackagelist id"},
    Named{"password", "password"},
    Named{"path", "fileuploadpath path"},
    Named{"plate", "caridentifier licenseplatenumber plateno"},
    Named{"plate_colour", "color platecolor"},
    Named{"point", "id inflectionpointid"},
    Named{"port", "port"},
    Named{"position", "datetime playbacktime"},
    Named{"province", "areaid provinceid"},
    Named{"quality", "quality videoquality"},
    Named{"question", "content questioncontent"},
    Named{"radius_m", "radius"},
    Named{"rate", "audiosamplerate audiosamplingrate"},
    Named{"raw", "6 value"},
    Named{"recorder_speed_kmh", "3"},
    Named{"reply_id", "clientmessageid id respondid responsemessageid servermessageid"},
    Named{"reply_serial",
          "ackmsgnum clientflowid flowid msgnum replymsgnum respondserialnumber "
          "responseserialno serialnumber serverflowid"},
    Named{"resolution", "resolution"},
    Named{"result", "cardstatus result resultcode uploadresult"},
    Named{"road_sign_type", "roadsign"},
    Named{"road_sign_value", "roadsignvalue"},
    Named{"route", "id routeid"},
    Named{"sample_bits", "audiobitdepth enteraudiosampledigits"},
    Named{"sampling_rate", "audiosamplingrate enteraudiosamplerate"},
    Named{"satellites", "49"},
    Named{"saturation", "saturability saturation"},
    Named{"seconds",
          "duration durationofoverspeed overspeedduration photointervalorvideotime "
          "recordingduration recordtime sectionoverspeedduration speedingduration time "
          "videotime"},
    Named{"segment", "routeid sectionid"},
    Named{"segment_id", "areaid"},
    Named{"serial", "msgnum serialno"},
    Named{"service", "informationtype type"},
    Named{"shortest_s", "sectiondrivingunderthreshold shortdrivethreshold lowerlimit"},
    Named{"signal_strength", "48"},
    Named{"size_bytes", "filesize filesizebyte size"},
    Named{"sleep_1", "sleeptime1"},
    Named{"sleep_2", "sleeptime2"},
    Named{"sleep_3", "sleeptime3"},
    Named{"sleep_4", "sleeptime4"},
    Named{"software", "softwareversion"},
    Named{"sound", "audioenable audioenabled"},
    Named{"sound_channels", "audiochannels enteraudiochannelsnumber"},
    Named{"sound_coding", "audioformat enteraudioencoding"},
    Named{"sound_out", "audiosupport hassupportedaudiooutput"},
    Named{"speed", "param2 playbackspeed playspeed"},
    Named{"speed_kmh", "speed"},
    Named{"start", "begintime starttime"},
    Named{"state", "status"},
    Named{"status", "status statusbit statusflag statussign"},
    Named{"storage_faults", "storagefaultalarmstatus"},
    Named{"store", "memorypositon memoryposition memorytype storagetype"},
    Named{"store_percent", "storagethresholds storagethreshold"},
    Named{"stored_coding", "storageencode streamstore_encodemode"},
    Named{"stored_frames_a_second", "storageframerate streamstore_target_fps"},
    Named{"stored_kbit_a_second", "storagebitrate streamstore_target_coderate"},
    Named{"stored_key_frame_interval", "storageframeinterval streamstore_kf_interval"},
    Named{"stored_resolution", "storageresolution streamstore_resolution"},
    Named{"stream", "streamtype"},
    Named{"tcp_port", "attachmentserverporttcp tcpport"},
    Named{"terminal", "clientid deviceid deviceid_ terminalid"},
    Named{"text", "answercontent content eventcontent text textinfo"},
    Named{"text_shown", "odsconfig osd"},
    Named{"time", "datetime devicetime firstcanreceivetime gpstime ic_card_plugdatetime time"},
    Named{"too_long", "result"},
    Named{"total", "multimediaitemcount"},
    Named{"travel_s", "drivetime"},
    Named{"udp_port", "attachmentserverportudp udpport"},
    Named{"upload_serial", "responseserialno"},
    Named{"upper_left_latitude", "latitudeul lefttoplatitude upleftpointlat"},
    Named{"upper_left_longitude", "lefttoplongitude longitudeul upleftpointlng"},
    Named{"user", "username"},
    Named{"utc", "time"},
    Named{"valid_until", "certificateexpiresdate licensevalidperiod"},
    Named{"validity_s", "locationtrackingvalidity trackvalidity validityperiod"},
    Named{"value", "controltypeparameter param paramvalue"},
    Named{"vehicle_signals", "37"},
    Named{"vehicle_state", "status statusbit"},
    Named{"version", "version versionnum"},
    Named{"video_alarm", "videorelatealarm"},
    Named{"video_coding", "videoencoding videoformat"},
    Named{"video_loss_channels", "videosignallosealarmstatus"},
    Named{"video_masked_channels", "videosignalocclusionalarmstatus"},
    Named{"wake_1", "waketime1"},
    Named{"wake_2", "waketime2"},
    Named{"wake_3", "waketime3"},
    Named{"wake_4", "waketime4"},
    Named{"waking_conditions", "conditiontype wakeconditiontype"},
    Named{"waking_days", "timerwakedayset dayofweek"},
    Named{"waking_modes", "mode sleepwakemode"},
    Named{"waking_periods", "timeflag timerwakeenableflag"},
    Named{"ways", "flag sign"},
    Named{"width_m", "routewidth sectionwidth width"},
};

/// The last word of a stated key like `.items[].attribute`, in small letters.
inline std::string stated_name(std::string_view key) {
    key.remove_prefix(key.rfind('.') + 1);
    while (key.ends_with("[]")) key.remove_suffix(2);
    std::string name{key};
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return name;
}

/// The last word of a printed path like `.body.media.8` that is no index.
inline std::string printed_name(std::string_view path) {
    constexpr std::size_t most_digits = 3;
    while (true) {
        const std::size_t at = path.rfind('.') + 1;
        const std::string_view last = path.substr(at);
        const bool is_index = last.size() <= most_digits &&
                              last.find_first_not_of("0123456789") == std::string_view::npos;
        if (!is_index || at == 0) return std::string{last};
        path = path.substr(0, at - 1);
    }
}

/// Whether the row of the printed name has the stated one.
inline bool means(std::string_view stated, std::string_view printed) {
    const auto* const row = std::ranges::find(named, printed, &Named::printed);
    if (row == named.end()) return false;
    std::string_view words = row->stated;
    while (!words.empty()) {
        const std::size_t blank = std::min(words.find(' '), words.size());
        if (words.substr(0, blank) == stated) return true;
        words.remove_prefix(std::min(blank + 1, words.size()));
    }
    return false;
}

}  // namespace liuhen::test::published
