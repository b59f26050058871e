package transform

import "callmart/transform/tape"

// The keys that the readers of Nectar Desk and CCAI look for. The parser says which one it met, so that nobody compares
// texts.
const (
	_ tape.Key = iota
	keyACWDuration
	keyAbandoned
	keyAction
	keyAgentID
	keyAgentInfo
	keyAgents
	keyAlias
	keyAllAgents
	keyAnsweredAgents
	keyAssignedAt
	keyAssignedConnectionDuration
	keyBCWDuration
	keyBadActor
	keyBarged
	keyCallDuration
	keyCallID
	keyCallRecordings
	keyCallType
	keyCallUUID
	keyCalls
	keyCamelFirstName
	keyCamelLastName
	keyCamelRingGroup
	keyCamelTalkTime
	keyCamelWaitingTime
	keyCampaign
	keyCode
	keyConnectedAt
	keyConsumerEventDurations
	keyConsumerInMenuDurations
	keyContact
	keyCreatedAt
	keyDeflection
	keyDeflectionDetails
	keyDisconnectedBy
	keyDisposition
	keyDispositions
	keyDuration
	keyEmail
	keyEndUser
	keyEndUserID
	keyEndedAt
	keyEndedDate
	keyEndsAt
	keyEntryType
	keyError
	keyEscalatedAt
	keyEscalations
	keyEvent
	keyEventID
	keyEvents
	keyExternalNumbers
	keyFailReason
	keyFinishReason
	keyFirstName
	keyFromAgent
	keyFromMenu
	keyFromMenuPath
	keyFromVirtualAgent
	keyFullName
	keyHandleDurations
	keyHangupReason
	keyHoldDuration
	keyID
	keyIVR
	keyIdentifier
	keyIsAnswered
	keyIsAnsweredWithinSLA
	keyIsAnyTransfer
	keyIsEnded
	keyIsInbound
	keyLang
	keyLastName
	keyMenuPath
	keyMenuPathID
	keyMessage
	keyName
	keyNationalNumber
	keyNote
	keyNumber
	keyNumberCountryCode
	keyOriginalCallID
	keyOutTicketID
	keyOutTicketURL
	keyOutboundNumber
	keyParentID
	keyParticipants
	keyPhone
	keyPhoneNumber
	keyPhotos
	keyQueueDuration
	keyQueueDurations
	keyQueuePriorityLevel
	keyQueuedAt
	keyRating
	keyRecordingPermission
	keyRecordingType
	keyRecordingURL
	keyRecordings
	keyRepeatCustomer
	keyRequestedCallback
	keyRingGroup
	keySIP
	keyScheduledAt
	keySelectedMenu
	keyServiceLevelAbandonTimeThreshold
	keyServiceLevelEvent
	keyServiceLevelTargetPercent
	keyServiceLevelTargetTime
	keySessionType
	keySessionTypeV2
	keyStartedAt
	keyStartedDate
	keyStatus
	keySubType
	keySupportNumber
	keyTags
	keyTalkTime
	keyToAgent
	keyToMenu
	keyToMenuPath
	keyTransfer
	keyTransferCold
	keyTransferDetails
	keyTransferID
	keyTransferTalkTime
	keyTransfers
	keyType
	keyURL
	keyUjetCodeID
	keyUpdatedAt
	keyUserID
	keyVerifiedCustomer
	keyVideos
	keyVirtualAgent
	keyVirtualAgentHandleDurations
	keyVirtualAgentID
	keyWaitDuration
	keyWaitingTime
)

// keyNumbers returns the numbers of all keys.
func keyNumbers() map[string]tape.Key {
	return map[string]tape.Key{
		"acw_duration":                         keyACWDuration,
		"abandoned":                            keyAbandoned,
		"action":                               keyAction,
		"agent_id":                             keyAgentID,
		"agent_info":                           keyAgentInfo,
		"agents":                               keyAgents,
		"alias":                                keyAlias,
		"all_agents":                           keyAllAgents,
		"answered_agents":                      keyAnsweredAgents,
		"assigned_at":                          keyAssignedAt,
		"assigned_connection_duration":         keyAssignedConnectionDuration,
		"bcw_duration":                         keyBCWDuration,
		"bad_actor":                            keyBadActor,
		"barged":                               keyBarged,
		"call_duration":                        keyCallDuration,
		"call_id":                              keyCallID,
		"call_recordings":                      keyCallRecordings,
		"call_type":                            keyCallType,
		"call_uuid":                            keyCallUUID,
		"calls":                                keyCalls,
		"firstName":                            keyCamelFirstName,
		"lastName":                             keyCamelLastName,
		"ringGroup":                            keyCamelRingGroup,
		"talkTime":                             keyCamelTalkTime,
		"waitingTime":                          keyCamelWaitingTime,
		"campaign":                             keyCampaign,
		"code":                                 keyCode,
		"connected_at":                         keyConnectedAt,
		"consumer_event_durations":             keyConsumerEventDurations,
		"consumer_in_menu_durations":           keyConsumerInMenuDurations,
		"contact":                              keyContact,
		"created_at":                           keyCreatedAt,
		"deflection":                           keyDeflection,
		"deflection_details":                   keyDeflectionDetails,
		"disconnected_by":                      keyDisconnectedBy,
		"disposition":                          keyDisposition,
		"dispositions":                         keyDispositions,
		"queue_priority_level":                 keyQueuePriorityLevel,
		"duration":                             keyDuration,
		"email":                                keyEmail,
		"end_user":                             keyEndUser,
		"end_user_id":                          keyEndUserID,
		"ended_at":                             keyEndedAt,
		"endedDate":                            keyEndedDate,
		"ends_at":                              keyEndsAt,
		"entry_type":                           keyEntryType,
		"error":                                keyError,
		"escalated_at":                         keyEscalatedAt,
		"escalations":                          keyEscalations,
		"event":                                keyEvent,
		"event_id":                             keyEventID,
		"events":                               keyEvents,
		"external_numbers":                     keyExternalNumbers,
		"fail_reason":                          keyFailReason,
		"finish_reason":                        keyFinishReason,
		"first_name":                           keyFirstName,
		"from_agent":                           keyFromAgent,
		"from_menu":                            keyFromMenu,
		"from_menu_path":                       keyFromMenuPath,
		"from_virtual_agent":                   keyFromVirtualAgent,
		"full_name":                            keyFullName,
		"handle_durations":                     keyHandleDurations,
		"hangup_reason":                        keyHangupReason,
		"hold_duration":                        keyHoldDuration,
		"id":                                   keyID,
		"ivr":                                  keyIVR,
		"identifier":                           keyIdentifier,
		"is_answered":                          keyIsAnswered,
		"is_answered_within_sla":               keyIsAnsweredWithinSLA,
		"is_any_transfer":                      keyIsAnyTransfer,
		"is_ended":                             keyIsEnded,
		"is_inbound":                           keyIsInbound,
		"lang":                                 keyLang,
		"last_name":                            keyLastName,
		"menu_path":                            keyMenuPath,
		"menu_path_id":                         keyMenuPathID,
		"message":                              keyMessage,
		"name":                                 keyName,
		"national_number":                      keyNationalNumber,
		"note":                                 keyNote,
		"number":                               keyNumber,
		"number_country_code":                  keyNumberCountryCode,
		"original_call_id":                     keyOriginalCallID,
		"out_ticket_id":                        keyOutTicketID,
		"out_ticket_url":                       keyOutTicketURL,
		"outbound_number":                      keyOutboundNumber,
		"parent_id":                            keyParentID,
		"participants":                         keyParticipants,
		"phone":                                keyPhone,
		"phone_number":                         keyPhoneNumber,
		"photos":                               keyPhotos,
		"queue_duration":                       keyQueueDuration,
		"queue_durations":                      keyQueueDurations,
		"queued_at":                            keyQueuedAt,
		"rating":                               keyRating,
		"recording_permission":                 keyRecordingPermission,
		"recording_type":                       keyRecordingType,
		"recording_url":                        keyRecordingURL,
		"recordings":                           keyRecordings,
		"repeat_customer":                      keyRepeatCustomer,
		"repeat_customers":                     keyRepeatCustomer, // the documentation spells it both ways
		"requested_callback":                   keyRequestedCallback,
		"ring_group":                           keyRingGroup,
		"sip":                                  keySIP,
		"scheduled_at":                         keyScheduledAt,
		"selected_menu":                        keySelectedMenu,
		"service_level_abandon_time_threshold": keyServiceLevelAbandonTimeThreshold,
		"service_level_event":                  keyServiceLevelEvent,
		"service_level_target_percent":         keyServiceLevelTargetPercent,
		"service_level_target_time":            keyServiceLevelTargetTime,
		"session_type":                         keySessionType,
		"session_type_v2":                      keySessionTypeV2,
		"started_at":                           keyStartedAt,
		"startedDate":                          keyStartedDate,
		"status":                               keyStatus,
		"sub_type":                             keySubType,
		"support_number":                       keySupportNumber,
		"tags":                                 keyTags,
		"talk_time":                            keyTalkTime,
		"to_agent":                             keyToAgent,
		"to_menu":                              keyToMenu,
		"to_menu_path":                         keyToMenuPath,
		"transfer":                             keyTransfer,
		"transfer_cold":                        keyTransferCold,
		"transfer_details":                     keyTransferDetails,
		"transfer_id":                          keyTransferID,
		"transfer_talk_time":                   keyTransferTalkTime,
		"transfers":                            keyTransfers,
		"type":                                 keyType,
		"url":                                  keyURL,
		"ujet_code_id":                         keyUjetCodeID,
		"updated_at":                           keyUpdatedAt,
		"user_id":                              keyUserID,
		"verified_customer":                    keyVerifiedCustomer,
		"videos":                               keyVideos,
		"virtual_agent":                        keyVirtualAgent,
		"virtual_agent_handle_durations":       keyVirtualAgentHandleDurations,
		"virtual_agent_id":                     keyVirtualAgentID,
		"wait_duration":                        keyWaitDuration,
		"waiting_time":                         keyWaitingTime,
	}
}
