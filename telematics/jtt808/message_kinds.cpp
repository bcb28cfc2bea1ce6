// A message made of each kind: apart from messages.cpp, for either takes long to compile.
#include "telematics/jtt808/messages.hpp"

#include <utility>

namespace liuhen::telematics::jtt808 {

template <class T>
requires is_alternative<T, AnyMessage> Message::Message(T kind)
    : AnyMessage(std::in_place_type<T>, std::move(kind)) {}

template Message::Message(Unknown);
template Message::Message(TerminalReply);
template Message::Message(Heartbeat);
template Message::Message(Unregister);
template Message::Message(TimeQuery);
template Message::Message(TerminalMissingParts);
template Message::Message(Register);
template Message::Message(Authenticate);
template Message::Message(ParametersReply);
template Message::Message(TerminalAttributes);
template Message::Message(UpgradeResult);
template Message::Message(Position);
template Message::Message(PositionReply);
template Message::Message(EventChosen);
template Message::Message(Answer);
template Message::Message(Subscription);
template Message::Message(VehicleControlReply);
template Message::Message(AreasReply);
template Message::Message(RecorderData);
template Message::Message(Waybill);
template Message::Message(DriverCard);
template Message::Message(Batch);
template Message::Message(CanData);
template Message::Message(MediaEvent);
template Message::Message(Media);
template Message::Message(MediaList);
template Message::Message(ShotReply);
template Message::Message(PassedUp);
template Message::Message(Compressed);
template Message::Message(TerminalKey);
template Message::Message(PlatformReply);
template Message::Message(PlatformMissingParts);
template Message::Message(ServerTime);
template Message::Message(RegisterReply);
template Message::Message(SetParameters);
template Message::Message(QueryAllParameters);
template Message::Message(TerminalControl);
template Message::Message(QueryParameters);
template Message::Message(QueryAttributes);
template Message::Message(Upgrade);
template Message::Message(LocateNow);
template Message::Message(TrackForAWhile);
template Message::Message(ConfirmAlarm);
template Message::Message(LinkCheck);
template Message::Message(TextToDriver);
template Message::Message(EventMenu);
template Message::Message(Question);
template Message::Message(ServiceMenu);
template Message::Message(ServiceText);
template Message::Message(CallBack);
template Message::Message(PhoneBook);
template Message::Message(VehicleControl);
template Message::Message(SetCircles);
template Message::Message(DeleteCircles);
template Message::Message(SetRectangles);
template Message::Message(DeleteRectangles);
template Message::Message(SetPolygon);
template Message::Message(DeletePolygons);
template Message::Message(SetRoute);
template Message::Message(DeleteRoutes);
template Message::Message(QueryAreas);
template Message::Message(QueryRecorder);
template Message::Message(SetRecorder);
template Message::Message(QueryDriver);
template Message::Message(MediaReply);
template Message::Message(Shoot);
template Message::Message(QueryMedia);
template Message::Message(SendMedia);
template Message::Message(RecordSound);
template Message::Message(SendOneMedia);
template Message::Message(PassedDown);
template Message::Message(PlatformKey);
template Message::Message(VideoAttributes);
template Message::Message(PassengerCount);
template Message::Message(RecordingList);
template Message::Message(UploadEnded);
template Message::Message(AlarmFiles);
template Message::Message(FileBegins);
template Message::Message(FileEnds);
template Message::Message(TextAnswer);
template Message::Message(WideTextAnswer);
template Message::Message(QueryVideoAttributes);
template Message::Message(WatchLive);
template Message::Message(ControlLive);
template Message::Message(LiveLoss);
template Message::Message(PlayBack);
template Message::Message(ControlPlayBack);
template Message::Message(QueryRecordings);
template Message::Message(UploadRecording);
template Message::Message(ControlUpload);
template Message::Message(FilesWanted);
template Message::Message(FileReceived);
template Message::Message(TurnCamera);
template Message::Message(Focus);
template Message::Message(Iris);
template Message::Message(Wiper);
template Message::Message(InfraredLight);
template Message::Message(Zoom);

}  // namespace liuhen::telematics::jtt808
